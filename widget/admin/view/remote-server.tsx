import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { codeOf, detailOf } from '../admin.ts';
import { isRemoteServer, one } from '../read.ts';
import { t, tCode } from '../text/text.ts';
import { Button, Card, Field, Of } from './parts.tsx';
import { useAdmin, useDeed, useLoaded } from './room.ts';

/** The WAHA or wwebjs-api of the organisation: where the files are that its webhooks speak of. */
export function RemoteServer(): JSX.Element {
  const admin = useAdmin();
  const form = useRef<HTMLFormElement>(null);
  const { isBusy, run } = useDeed();
  const server = useLoaded(async () =>
    one(await admin.http.get('/organisation/remote-server'), isRemoteServer),
  );
  const save = (): Promise<boolean> =>
    run(async () => {
      const data = new FormData(form.current!);
      const key = String(data.get('key'));
      try {
        await admin.http.post('/WhatsApp/action/saveSettings', {
          whatsappApiUrl: String(data.get('url')).trim(),
          ...(key && { whatsappApiKey: key }),
        });
      } catch (error) {
        return admin.say(`${tCode('problem_', codeOf(error))} ${detailOf(error)}`.trim(), true);
      }
      form.current!.querySelector<HTMLInputElement>('[name=key]')!.value = '';
      await server.again();
      admin.say(t('saved'));
    });
  return (
    <Card title={t('remoteServer')} lead={t('remoteServerLead')}>
      <Of from={server}>
        {({ url, hasKey }) => (
          <form
            ref={form}
            class="form"
            onSubmit={(event) => {
              event.preventDefault();
              void save();
            }}
            noValidate
          >
            <Field label={t('remoteUrl')}>
              <input
                name="url"
                type="url"
                defaultValue={url}
                placeholder="https://"
                dir="ltr"
                autoComplete="off"
              />
            </Field>
            <Field label={t('remoteKey')} hint={t(hasKey ? 'remoteKeyKept' : 'remoteKeyNone')}>
              <input name="key" type="password" maxLength={500} dir="ltr" autoComplete="new-password" />
            </Field>
            <div class="row-end wide">
              <Button type="submit" isBusy={isBusy}>
                {t('save')}
              </Button>
            </div>
          </form>
        )}
      </Of>
    </Card>
  );
}

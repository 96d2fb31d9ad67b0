import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Inbox } from '../../../server/contract/wire.ts';
import { record } from '../../app/link/decode.ts';
import { t } from '../text/text.ts';
import { Engines } from './engines.tsx';
import { Button, Card, Field, Of } from './parts.tsx';
import { useAdmin, useDeed, useLoaded } from './room.ts';
import { nameOf } from './session-words.ts';

/** What a number is called, and what runs it. */
export function NumberSettings({ inbox }: { inbox: Inbox }): JSX.Element {
  const admin = useAdmin();
  const { isBusy, run } = useDeed();
  const name = useRef<HTMLInputElement>(null);
  const { engine } = inbox.session;
  const [chosen, choose] = useState(engine);
  useEffect(() => choose(engine), [engine]);
  const engines = useLoaded(async () => {
    const { engines: list } = record(await admin.http.get('/engines'));
    return Array.isArray(list) ? list.filter((one) => typeof one === 'string') : [];
  });
  const rename = (): Promise<boolean> =>
    run(async () => {
      await admin.http.ask('PATCH', `/inboxes/${inbox.id}`, { name: name.current!.value.trim() });
      await admin.refresh();
      admin.say(t('saved'));
    });
  const move = async (): Promise<void> => {
    const isSure = await admin.ask({
      title: t('engineTitle', { name: nameOf(inbox) }),
      lead: t('engineLead'),
      deed: t('engineDeed'),
    });
    if (!isSure) return;
    await run(async () => {
      await admin.http.post(`/inboxes/${inbox.id}/session/engine`, { engine: chosen });
      await admin.refreshSession(inbox.id);
      admin.say(t('engineChanged'));
    });
  };
  return (
    <Card title={t('nameAndEngine')}>
      <form
        class="inline named"
        onSubmit={(event) => {
          event.preventDefault();
          void rename();
        }}
      >
        <Field label={t('numberName')}>
          <input
            ref={name}
            defaultValue={inbox.name}
            required
            maxLength={120}
            autoComplete="off"
            dir="auto"
          />
        </Field>
        <Button type="submit" isBusy={isBusy}>
          {t('save')}
        </Button>
      </form>
      {engine !== 'none' && (
        <Of from={engines}>
          {(list) => (
            <>
              <Engines
                list={list.includes(engine) ? list : [engine, ...list]}
                chosen={chosen}
                onChoose={choose}
              />
              {chosen !== engine && (
                <div class="row-end">
                  <Button onClick={() => choose(engine)}>{t('cancel')}</Button>
                  <Button kind="primary" isBusy={isBusy} onClick={() => void move()}>
                    {t('engineDeed')}
                  </Button>
                </div>
              )}
            </>
          )}
        </Of>
      )}
    </Card>
  );
}

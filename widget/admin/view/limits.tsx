import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { record } from '../../app/link/decode.ts';
import { t } from '../text/text.ts';
import { Button, Card, Field, Of } from './parts.tsx';
import { useAdmin, useDeed, useLoaded } from './room.ts';

/** The three rules, with the bounds the server holds them to, and their words. */
const rules = [
  ['perMinute', 1, 600, 'perMinute', 'perMinuteHint'],
  ['newContactsPerDay', 0, 10_000, 'newPerDay', 'newPerDayHint'],
  ['warmUpDays', 0, 60, 'warmUpDays', 'warmUpHint'],
] as const;

/** How much a number may send, since too much too fast gets it banned. */
export function Limits({ inboxId }: { inboxId: number }): JSX.Element {
  const admin = useAdmin();
  const path = `/inboxes/${inboxId}/session/limits`;
  const form = useRef<HTMLFormElement>(null);
  const { isBusy, run } = useDeed();
  const limits = useLoaded(async () => record(await admin.http.get(path)));
  const save = (): Promise<boolean> =>
    run(async () => {
      const data = new FormData(form.current!);
      const body = Object.fromEntries(rules.map(([name]) => [name, Number(data.get(name))]));
      limits.set(record(await admin.http.ask('PUT', path, body)));
      admin.say(t('saved'));
    });
  return (
    <Card title={t('limits')} lead={t('limitsLead')}>
      <Of from={limits}>
        {(found) => {
          const now = record(found['rules']);
          return (
            <form
              ref={form}
              class="form limits"
              onSubmit={(event) => {
                event.preventDefault();
                void save();
              }}
            >
              {rules.map(([name, min, max, label, hint]) => (
                <Field key={name} label={t(label)} hint={t(hint)}>
                  <input
                    name={name}
                    type="number"
                    inputMode="numeric"
                    required
                    min={min}
                    max={max}
                    defaultValue={String(now[name] ?? '')}
                    dir="ltr"
                  />
                </Field>
              ))}
              <p class="quiet wide">
                {t('limitsUsed', {
                  sent: Number(found['sentThisMinute']),
                  fresh: Number(found['newContactsToday']),
                  cap: Number(found['newContactsCap']),
                })}
              </p>
              <div class="row-end wide">
                <Button type="submit" isBusy={isBusy}>
                  {t('save')}
                </Button>
              </div>
            </form>
          );
        }}
      </Of>
    </Card>
  );
}

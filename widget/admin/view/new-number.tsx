import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { record } from '../../app/link/decode.ts';
import { t } from '../text/text.ts';
import { Engines, wordOf } from './engines.tsx';
import { Button, Card, Field, Of } from './parts.tsx';
import { useAdmin, useLoaded } from './room.ts';

/** What a new number is to be made with. */
export interface Wish {
  label?: string;
  engine: string;
  upstream: string;
}
const textsOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];

/** For who wants to say more than "connect": what it is called, and what runs it. */
export function NewNumber({ onDone }: { onDone: (wish?: Wish) => void }): JSX.Element {
  const admin = useAdmin();
  const name = useRef<HTMLInputElement>(null);
  const [engine, setEngine] = useState('');
  const [upstream, setUpstream] = useState('');
  const choices = useLoaded(async () => {
    const { engines, upstreams } = record(await admin.http.get('/engines'));
    return { engines: textsOf(engines), upstreams: textsOf(upstreams) };
  });
  return (
    <Card title={t('newNumber')}>
      <Of from={choices}>
        {({ engines, upstreams }) => (
          <form
            class="form"
            onSubmit={(event) => {
              event.preventDefault();
              const label = name.current!.value.trim();
              const made = { engine: engine || engines[0]!, upstream: upstream || upstreams[0]! };
              onDone(label ? { label, ...made } : made);
            }}
          >
            <Field label={t('numberName')}>
              <input ref={name} maxLength={120} autoComplete="off" dir="auto" />
            </Field>
            {upstreams.length > 1 && (
              <Field label={t('upstream')}>
                <select
                  value={upstream || upstreams[0]}
                  onChange={(event) => setUpstream(event.currentTarget.value)}
                >
                  {upstreams.map((one) => (
                    <option key={one} value={one}>
                      {wordOf('upstream_', one)}
                    </option>
                  ))}
                </select>
              </Field>
            )}
            <div class="wide">
              <Engines list={engines} chosen={engine || engines[0] || ''} onChoose={setEngine} />
            </div>
            <div class="row-end wide">
              <Button onClick={() => onDone()}>{t('cancel')}</Button>
              <Button kind="primary" type="submit" icon="phone">
                {t('connectWhatsApp')}
              </Button>
            </div>
          </form>
        )}
      </Of>
    </Card>
  );
}

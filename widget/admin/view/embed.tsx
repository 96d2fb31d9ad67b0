import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { record } from '../../app/link/decode.ts';
import { stepsFor, type Step, type Wishes } from '../../developers/snippets.ts';
import { hasText, t, type TextKey } from '../text/text.ts';
import { Button, Card, Field, Of, Page, Snippet } from './parts.tsx';
import { useAdmin, useDeed, useLoaded } from './room.ts';

const kinds = ['espo', 'generic', 'npm'] as const;

/** The tag to paste, and the pages that may use it. */
export function Embed(): JSX.Element {
  const admin = useAdmin();
  const [wishes, wish] = useState<Wishes>({
    host: admin.http.host,
    kind: 'generic',
    channel: { folder: 'v1' },
    locale: 'auto',
    theme: 'auto',
    position: 'end',
    clickToChat: 'menu',
    mode: 'shadow',
    identity: 'widget',
  });
  return (
    <Page
      title={t('embed')}
      lead={t('embedLead')}
      aside={
        <>
          <a class="button plain" href="developers/embed">
            {t('embedCheck')}
          </a>
          <a class="button plain" href="developers/doctor">
            {t('embedDoctor')}
          </a>
        </>
      }
    >
      <Origins />
      <Card title={t('snippet')} lead={t('snippetLead')}>
        <div class="segments" role="radiogroup" aria-label={t('pageKind')}>
          {kinds.map((kind) => (
            <label key={kind}>
              <input
                type="radio"
                name="kind"
                checked={wishes.kind === kind}
                onChange={() => wish({ ...wishes, kind })}
              />
              <span>{t(`page_${kind}` satisfies TextKey)}</span>
            </label>
          ))}
        </div>
        <div class="form inside">
          <Choice
            label={t('theme')}
            value={wishes.theme}
            list={['auto', 'host', 'light', 'dark']}
            say={(one) => t(`theme_${one}` as TextKey)}
            onChoose={(theme) => wish({ ...wishes, theme })}
          />
          <Choice
            label={t('cornerOf')}
            value={wishes.position}
            list={['end', 'start']}
            say={(one) => t(`corner_${one}` as TextKey)}
            onChoose={(position) => wish({ ...wishes, position })}
          />
          <Choice
            label={t('identity')}
            value={wishes.identity}
            list={['widget', 'token']}
            say={(one) => t(`identity_${one}` as TextKey)}
            onChoose={(identity) => wish({ ...wishes, identity: identity as Wishes['identity'] })}
          />
          <Choice
            label={t('embedAs')}
            value={wishes.mode}
            list={['shadow', 'iframe']}
            say={(one) => t(`mode_${one}` as TextKey)}
            onChoose={(mode) => wish({ ...wishes, mode })}
          />
        </div>
        {stepsFor(wishes).map((step) => (
          <StepOf key={step.id} step={step} />
        ))}
      </Card>
    </Page>
  );
}

/** One thing to do, in the language of the page; what is not in words (a file's name) stays as it is. */
function StepOf({ step }: { step: Step }): JSX.Element {
  const { id, title, code } = step;
  const name = `step_${id}`;
  const path = /\S+$/.exec(title)?.[0] ?? '';
  return (
    <div class="step">
      <h3>{hasText(name) ? t(name, { path }) : <code dir="ltr">{title}</code>}</h3>
      <p class="quiet">{t(`step_${id}_lead`)}</p>
      {id === 'key' ? (
        <a class="button plain" href="#/keys">
          {t('toKeys')}
        </a>
      ) : (
        <Snippet code={code} />
      )}
    </div>
  );
}

function Choice(props: {
  label: string;
  value: string;
  list: string[];
  say: (one: string) => string;
  onChoose: (one: string) => void;
}): JSX.Element {
  return (
    <Field label={props.label}>
      <select value={props.value} onChange={(event) => props.onChoose(event.currentTarget.value)}>
        {props.list.map((one) => (
          <option key={one} value={one}>
            {props.say(one)}
          </option>
        ))}
      </select>
    </Field>
  );
}

const path = '/organisation/origins';
const toList = (answer: unknown): string[] => {
  const { list } = record(answer);
  return Array.isArray(list) ? list.filter((one) => typeof one === 'string') : [];
};

/** `https://crm.example.com` of whatever address of that page was pasted. */
function originOf(text: string): string | undefined {
  const whole = /^https?:\/\//.test(text) ? text : `https://${text}`;
  return text && URL.canParse(whole) ? new URL(whole).origin : undefined;
}

function Origins(): JSX.Element {
  const admin = useAdmin();
  const origins = useLoaded(async () => toList(await admin.http.get(path)));
  const { isBusy, run } = useDeed();
  const field = useRef<HTMLInputElement>(null);
  const replace = (list: string[]): Promise<boolean> =>
    run(async () => origins.set(toList(await admin.http.ask('PUT', path, { list }))));
  const add = async (list: string[]): Promise<void> => {
    const origin = originOf(field.current!.value.trim());
    if (!origin) return admin.say(t('originBad'), true);
    if (await replace([...list.filter((one) => one !== origin), origin])) field.current!.value = '';
  };
  const remove = async (list: string[], origin: string): Promise<void> => {
    const isSure = await admin.ask({
      title: t('originRemoveTitle', { origin }),
      lead: t('originRemoveLead'),
      deed: t('remove'),
    });
    if (isSure) await replace(list.filter((one) => one !== origin));
  };
  return (
    <Card title={t('origins')} lead={t('originsLead')}>
      <Of from={origins}>
        {(list) => (
          <>
            {list.length === 0 && <p class="quiet">{t('originsNone')}</p>}
            <ul class="lines">
              {list.map((origin) => (
                <li key={origin}>
                  <code class="grow" dir="ltr">
                    {origin}
                  </code>
                  <Button
                    kind="quiet"
                    label={`${t('remove')}: ${origin}`}
                    onClick={() => void remove(list, origin)}
                  >
                    {t('remove')}
                  </Button>
                </li>
              ))}
            </ul>
            <form
              class="inline"
              onSubmit={(event) => {
                event.preventDefault();
                void add(list);
              }}
            >
              <input
                ref={field}
                aria-label={t('originNew')}
                placeholder="https://crm.example.com"
                inputMode="url"
                autoComplete="off"
                spellcheck={false}
                dir="ltr"
              />
              <Button kind="primary" type="submit" isBusy={isBusy}>
                {t('allow')}
              </Button>
            </form>
          </>
        )}
      </Of>
    </Card>
  );
}

import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { t, tCode } from '../text/text.ts';
import { ago, exactly } from '../text/when.ts';
import { takeMove } from '../place.ts';
import { Icon, Spinner, type IconName } from './icon.tsx';
import type { Loaded } from './room.ts';

/** A screen: its name, a sentence, and what one can begin here. */
export function Page(props: {
  title: string;
  lead?: string;
  back?: { href: string; label: string };
  /** Beside the name: how it is. */
  mark?: ComponentChildren;
  aside?: ComponentChildren;
  children?: ComponentChildren;
}): JSX.Element {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${props.title} · Chatdock`;
  }, [props.title]);
  useEffect(() => {
    if (!takeMove()) return;
    scrollTo(0, 0);
    heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <>
      {props.back && (
        <a class="crumb" href={props.back.href}>
          <Icon name="back" size={16} flip />
          {props.back.label}
        </a>
      )}
      <header class="head">
        <div>
          <h1 ref={heading} tabIndex={-1} dir="auto">
            {props.title}
          </h1>
          {props.lead && <p class="lead">{props.lead}</p>}
          {props.mark}
        </div>
        {props.aside && <div class="deeds">{props.aside}</div>}
      </header>
      {props.children}
    </>
  );
}

export function Card(props: {
  title?: string;
  /** A name for the style sheet. */
  name?: string;
  lead?: string;
  aside?: ComponentChildren;
  children?: ComponentChildren;
}): JSX.Element {
  return (
    <section class={props.name ? `card ${props.name}` : 'card'} aria-label={props.title}>
      {(props.title || props.aside) && (
        <div class="card-head">
          <div>
            {props.title && <h2>{props.title}</h2>}
            {props.lead && <p class="quiet">{props.lead}</p>}
          </div>
          {props.aside}
        </div>
      )}
      {props.children}
    </section>
  );
}

export function Button(props: {
  kind?: 'primary' | 'plain' | 'danger' | 'quiet' | 'quiet-danger';
  icon?: IconName;
  type?: 'button' | 'submit';
  isBusy?: boolean;
  disabled?: boolean;
  label?: string;
  /** Of what it opens and closes. */
  isOpen?: boolean;
  onClick?: () => void;
  children: ComponentChildren;
}): JSX.Element {
  const { kind = 'plain', icon, type = 'button', isBusy = false, disabled = false } = props;
  return (
    <button
      type={type}
      class={`button ${kind === 'quiet-danger' ? 'quiet bad' : kind}`}
      aria-disabled={isBusy || disabled}
      aria-label={props.label}
      aria-expanded={props.isOpen}
      onClick={(event) => {
        // It stays in the tab order: what is under the finger must not vanish from it.
        if (isBusy || disabled) return event.preventDefault();
        props.onClick?.();
      }}
    >
      {isBusy ? <Spinner /> : icon && <Icon name={icon} size={18} />}
      <span>{props.children}</span>
    </button>
  );
}

export function Field(props: { label: string; hint?: string; children: JSX.Element }): JSX.Element {
  return (
    <label class="field">
      <span class="label">{props.label}</span>
      {props.children}
      {props.hint && <small class="quiet">{props.hint}</small>}
    </label>
  );
}

export type Tone = 'good' | 'busy' | 'bad' | 'off';

/** A word with a colour and a shape: nobody has to tell red from green. */
export function Chip({ tone, children }: { tone: Tone; children: ComponentChildren }): JSX.Element {
  return (
    <span class={`chip ${tone}`}>
      <i aria-hidden="true" />
      {children}
    </span>
  );
}

/** Of the first and the last word of a name. */
export function initials(name: string): string {
  const words = name.match(/\p{L}[\p{L}\p{M}'’-]*/gu) ?? [];
  const picked = words.length > 1 ? [words[0]!, words.at(-1)!] : words;
  return picked.map((word) => Array.from(word)[0]!.toLocaleUpperCase()).join('') || '?';
}

/** How long ago, with the exact time behind it. */
export function When({ at }: { at: number }): JSX.Element {
  if (at === 0) return <span>{t('never')}</span>;
  return (
    <time dateTime={new Date(at).toISOString()} title={exactly(at)}>
      {ago(at)}
    </time>
  );
}

export function Empty(props: {
  icon: IconName;
  title: string;
  lead?: string;
  children?: ComponentChildren;
}): JSX.Element {
  return (
    <div class="empty">
      <span class="emblem">
        <Icon name={props.icon} size={26} />
      </span>
      <h2>{props.title}</h2>
      {props.lead && <p class="quiet">{props.lead}</p>}
      {props.children}
    </div>
  );
}

/** Waiting, trouble with a way out, or what has come. */
export function Of<T>(props: { from: Loaded<T>; children: (value: T) => ComponentChildren }): JSX.Element {
  const { from } = props;
  if (from.value !== undefined) {
    return (
      <>
        {from.trouble && (
          <p class="trouble" role="alert">
            {tCode('problem_', from.trouble)}
          </p>
        )}
        {props.children(from.value)}
      </>
    );
  }
  if (from.trouble) {
    return (
      <div class="empty" role="alert">
        <span class="emblem">
          <Icon name="alert" size={26} />
        </span>
        <h2>{tCode('problem_', from.trouble)}</h2>
        <Button icon="retry" onClick={() => void from.again()}>
          {t('retry')}
        </Button>
      </div>
    );
  }
  return (
    <div class="waiting" role="status">
      <Spinner />
      {t('loading')}
    </div>
  );
}

/** Pages without a secure context have no clipboard; there the old way still works. */
async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement('textarea');
    area.className = 'unseen';
    area.value = text;
    document.body.append(area);
    area.select();
    const isDone = document.execCommand('copy');
    area.remove();
    return isDone;
  }
}

export function CopyButton(props: { text: string; label?: string; isIcon?: boolean }): JSX.Element {
  const [isDone, setDone] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const words = isDone ? t('copied') : (props.label ?? t('copy'));
  const copy = async (): Promise<void> => {
    if (!(await copyText(props.text))) return;
    setDone(true);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setDone(false), 1_800);
  };
  return props.isIcon ? (
    <button type="button" class="icon-button" title={words} aria-label={words} onClick={() => void copy()}>
      <Icon name={isDone ? 'check' : 'copy'} size={18} />
    </button>
  ) : (
    <Button icon={isDone ? 'check' : 'copy'} onClick={() => void copy()}>
      {words}
    </Button>
  );
}

/** Code to paste somewhere. */
export function Snippet({ code }: { code: string }): JSX.Element {
  return (
    <div class="snippet">
      <pre tabIndex={0} dir="ltr">
        <code>{code}</code>
      </pre>
      <CopyButton text={code} isIcon />
    </div>
  );
}

/** A secret that is told this once. */
export function Secret(props: { title: string; value: string; onDone: () => void }): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => place.current?.focus(), []);
  return (
    <div class="secret" role="group" aria-label={props.title} tabIndex={-1} ref={place}>
      <Icon name="lock" />
      <div>
        <b>{props.title}</b>
        <p>{t('shownOnce')}</p>
        <Snippet code={props.value} />
        <Button onClick={props.onDone}>{t('secretKept')}</Button>
      </div>
    </div>
  );
}

/** Names and values, one under the other on a phone. */
export function Facts({ list }: { list: [string, ComponentChildren][] }): JSX.Element {
  return (
    <dl class="facts">
      {list.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** What went wrong with a form, under its fields; nothing when nothing did. */
export function FormTrouble({ text }: { text: string | undefined }): JSX.Element | null {
  if (!text) return null;
  return (
    <p class="trouble wide" role="alert">
      {text}
    </p>
  );
}

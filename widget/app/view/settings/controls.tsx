import type { ComponentChildren, JSX } from 'preact';
import { useId } from 'preact/hooks';

/** A heading and what belongs to it. */
export function Section({ title, children }: { title: string; children: ComponentChildren }): JSX.Element {
  const id = useId();
  return (
    <section class="set-section" aria-labelledby={id}>
      <h3 id={id}>{title}</h3>
      {children}
    </section>
  );
}

/** On or off, with what it means below. The whole line can be clicked. */
export function Switch(props: {
  label: string;
  lead?: string;
  isOn: boolean;
  isDisabled?: boolean;
  onChange: (isOn: boolean) => void;
}): JSX.Element {
  const id = useId();
  return (
    <label class="set-line">
      <span class="grow">
        <span id={id}>{props.label}</span>
        {props.lead && <small id={`${id}-lead`}>{props.lead}</small>}
      </span>
      <input
        type="checkbox"
        role="switch"
        class="set-switch"
        aria-labelledby={id}
        aria-describedby={props.lead ? `${id}-lead` : undefined}
        checked={props.isOn}
        disabled={props.isDisabled ?? false}
        onChange={(event) => props.onChange(event.currentTarget.checked)}
      />
    </label>
  );
}

/** One of a few, all of them in sight; arrows move as in any group of radio buttons. */
export function Pick<Value extends string>(props: {
  label: string;
  lead?: string | undefined;
  options: readonly (readonly [value: Value, label: string, lang?: string])[];
  value: Value;
  onChange: (value: Value) => void;
}): JSX.Element {
  const id = useId();
  return (
    <fieldset class="set-pick" aria-describedby={props.lead ? `${id}-lead` : undefined}>
      <legend>{props.label}</legend>
      <span class="set-options">
        {props.options.map(([value, label, lang]) => (
          <label key={value} lang={lang}>
            <input
              type="radio"
              name={id}
              value={value}
              checked={value === props.value}
              onChange={() => props.onChange(value)}
            />
            <span>{label}</span>
          </label>
        ))}
      </span>
      {props.lead && <small id={`${id}-lead`}>{props.lead}</small>}
    </fieldset>
  );
}

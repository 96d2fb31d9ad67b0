import { useSignal, type Signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../../../text/text.ts';
import { IconButton } from '../../parts.tsx';

/** A row of a list that is managed: how it is called, how it looks, and the form that changes it. */
export interface ManagedRow {
  id: number;
  name: string;
  what: JSX.Element;
  form: (onCancel: () => void) => JSX.Element;
}

/** Rows that are changed in place and deleted after a question. `changes`: the id of the one being changed, 0 for none. */
export function ManagedRows(props: {
  rows: readonly ManagedRow[];
  changes: Signal<number>;
  /** Something else was begun, or given up: what was said of the last one is over. */
  onTurn: () => void;
  onRemove: (id: number) => void;
}): JSX.Element {
  const { rows, changes, onTurn } = props;
  /** The row that is asked about. */
  const asks = useSignal(0);
  const box = useRef<HTMLUListElement>(null);
  const changed = useRef(0);
  // The focus comes back to where the form was opened.
  useLayoutEffect(() => {
    if (!changes.value && changed.current)
      box.current?.querySelector<HTMLElement>(`#cd-change-${changed.current}`)?.focus();
    changed.current = changes.value;
  }, [changes.value]);
  const change = (id: number): void => {
    asks.value = 0;
    onTurn();
    changes.value = id;
  };
  return (
    <ul ref={box} class="managed">
      {rows.map(({ id, name, what, form }) =>
        changes.value === id ? (
          <li key={id} class="changing">
            {form(() => change(0))}
          </li>
        ) : (
          <li key={id}>
            <span class="grow managed-what">{what}</span>
            {asks.value === id ? (
              <button type="button" class="link danger" onClick={() => props.onRemove(id)}>
                {t('deleteSure')}
              </button>
            ) : (
              <>
                <IconButton
                  icon="pen"
                  id={`cd-change-${id}`}
                  label={t('changeNamed', { name })}
                  onClick={() => change(id)}
                />
                <IconButton icon="bin" label={t('deleteNamed', { name })} onClick={() => (asks.value = id)} />
              </>
            )}
          </li>
        ),
      )}
    </ul>
  );
}

import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { Trouble } from '../../../model/pairing.ts';
import { t, tCode } from '../../../text/text.ts';
import { plainLine } from '../../format.ts';
import { IconButton } from '../../parts.tsx';
import { useRoom } from '../../shell.ts';
import { Sheet } from '../sheet.tsx';
import { LabelForm } from './label-form.tsx';
import { ReplyForm } from './reply-form.tsx';

/** A row of the list: how it is called, how it looks, and the form that changes it. */
interface Row {
  id: number;
  name: string;
  what: JSX.Element;
  form: (onCancel: () => void) => JSX.Element;
}

/** The admin's lists of the Organisation, labels or canned replies: made, changed and deleted here. */
export function ListsSheet(props: { list: 'labels' | 'canned-replies'; onClose: () => void }): JSX.Element {
  const { list, onClose } = props;
  const { work } = useRoom().model;
  const isLabels = list === 'labels';
  const trouble = useSignal<Trouble | ''>('');
  /** The row that is asked about, or changed. */
  const asks = useSignal(0);
  const changes = useSignal(0);
  useEffect(() => void work.refresh(isLabels ? 'labels' : 'replies'), []);
  const remove = async (id: number): Promise<void> => {
    trouble.value = (await work.remove(list, id)) ?? '';
  };
  const add = async (body: object): Promise<boolean> => {
    trouble.value = (await work.add(list, body)) ?? '';
    return !trouble.value;
  };
  const change =
    (id: number) =>
    async (body: object): Promise<boolean> => {
      trouble.value = (await work.change(list, id, body)) ?? '';
      if (!trouble.value) changes.value = 0;
      return !trouble.value;
    };
  const rows: Row[] = isLabels
    ? work.labels.value.map((label) => ({
        id: label.id,
        name: label.name,
        what: (
          <span class={`label ${label.colour}`}>
            <bdi class="ellipsis">{label.name}</bdi>
          </span>
        ),
        form: (onCancel) => <LabelForm label={label} onSave={change(label.id)} onCancel={onCancel} />,
      }))
    : work.replies.value.map((reply) => ({
        id: reply.id,
        name: `/${reply.shortcut}`,
        what: (
          <span class="grow two">
            <b class="ellipsis">/{reply.shortcut}</b>
            <small class="ellipsis" dir="auto">
              {plainLine(reply.body)}
            </small>
          </span>
        ),
        form: (onCancel) => <ReplyForm reply={reply} onSave={change(reply.id)} onCancel={onCancel} />,
      }));
  const box = useRef<HTMLUListElement>(null);
  const changed = useRef(0);
  // The focus comes back to where the form was opened.
  useLayoutEffect(() => {
    if (!changes.value && changed.current)
      box.current?.querySelector<HTMLElement>(`#cd-change-${changed.current}`)?.focus();
    changed.current = changes.value;
  }, [changes.value]);
  const leave = (): void => {
    changes.value = 0;
    trouble.value = '';
  };
  return (
    <Sheet title={t(isLabels ? 'manageLabels' : 'manageReplies')} onClose={onClose}>
      {!changes.value && (isLabels ? <LabelForm onSave={add} /> : <ReplyForm onSave={add} />)}
      {trouble.value && (
        <p class="trouble" role="alert">
          {trouble.value === 'conflict'
            ? t(isLabels ? 'labelTwice' : 'shortcutTwice')
            : trouble.value === 'bad-request'
              ? t('shortcutWrong')
              : tCode('problem_', trouble.value)}
        </p>
      )}
      <ul ref={box} class="managed">
        {rows.map(({ id, name, what, form }) =>
          changes.value === id ? (
            <li key={id} class="changing">
              {form(leave)}
            </li>
          ) : (
            <li key={id}>
              <span class="grow managed-what">{what}</span>
              {asks.value === id ? (
                <button type="button" class="link danger" onClick={() => void remove(id)}>
                  {t('deleteSure')}
                </button>
              ) : (
                <>
                  <IconButton
                    icon="pen"
                    id={`cd-change-${id}`}
                    label={t('changeNamed', { name })}
                    onClick={() => {
                      asks.value = 0;
                      trouble.value = '';
                      changes.value = id;
                    }}
                  />
                  <IconButton
                    icon="bin"
                    label={t('deleteNamed', { name })}
                    onClick={() => (asks.value = id)}
                  />
                </>
              )}
            </li>
          ),
        )}
      </ul>
      {!rows.length && <p class="quiet managed-none">{t(isLabels ? 'labelsNone' : 'repliesNone')}</p>}
    </Sheet>
  );
}

import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { CannedReply, Label } from '../../../model/work.ts';
import type { Trouble } from '../../../model/pairing.ts';
import { locale, t, tCode } from '../../../text/text.ts';
import { plainLine } from '../../format.ts';
import { useRoom } from '../../shell.ts';
import { Sheet } from '../sheet.tsx';
import { answering, categoriesOf } from './answering.ts';
import { CategoryHead } from './category-head.tsx';
import { LabelForm } from './label-form.tsx';
import { ManagedRows, type ManagedRow } from './managed-rows.tsx';
import { ReplyForm } from './reply-form.tsx';

/** What is shown of the canned replies where it is not those of one category. */
const every = 'every';
const none = 'none';
const only = 'only:';

/** The admin's lists of the Organisation, labels or canned replies: made, changed and deleted here. */
export function ListsSheet(props: { list: 'labels' | 'canned-replies'; onClose: () => void }): JSX.Element {
  const { list, onClose } = props;
  const { work } = useRoom().model;
  const isLabels = list === 'labels';
  const trouble = useSignal<Trouble | ''>('');
  const changes = useSignal(0);
  const shown = useSignal(every);
  useEffect(() => void work.refresh(isLabels ? 'labels' : 'replies'), []);
  const done = async (act: Promise<Trouble | undefined>): Promise<boolean> => {
    trouble.value = (await act) ?? '';
    return !trouble.value;
  };
  const add = (body: object): Promise<boolean> => done(work.add(list, body));
  const change =
    (id: number) =>
    async (body: object): Promise<boolean> => {
      const isKept = await done(work.change(list, id, body));
      if (isKept) changes.value = 0;
      return isKept;
    };
  const labelRow = (label: Label): ManagedRow => ({
    id: label.id,
    name: label.name,
    what: (
      <span class={`label ${label.colour}`}>
        <bdi class="ellipsis">{label.name}</bdi>
      </span>
    ),
    form: (onCancel) => <LabelForm label={label} onSave={change(label.id)} onCancel={onCancel} />,
  });
  const categories = categoriesOf(work.replies.value, locale.value);
  const replyRow = (reply: CannedReply): ManagedRow => ({
    id: reply.id,
    name: `/${reply.shortcut}`,
    what: (
      <span class="grow two">
        <b class="ellipsis">
          <bdi>/{reply.shortcut}</bdi>
        </b>
        <small class="ellipsis" dir="auto">
          {plainLine(reply.body)}
        </small>
      </span>
    ),
    form: (onCancel) => (
      <ReplyForm reply={reply} categories={categories} onSave={change(reply.id)} onCancel={onCancel} />
    ),
  });
  const replies = answering(work.replies.value, '', locale.value);
  const hasShown =
    shown.value === none
      ? replies.some(({ category }) => !category)
      : categories.includes(shown.value.slice(only.length));
  // The last one of it has gone: nothing may stay hidden behind it.
  const choice = hasShown && categories.length ? shown.value : every;
  const groups = [...categories, '']
    .filter((name) => choice === every || choice === (name ? `${only}${name}` : none))
    .map((name) => ({ name, rows: replies.filter(({ category }) => category === name).map(replyRow) }))
    .filter(({ rows }) => rows.length > 0);
  const rename =
    (from: string) =>
    async (to: string): Promise<boolean> => {
      const isKept = await done(work.moveCategory(from, to));
      if (isKept && choice === `${only}${from}`) shown.value = to ? `${only}${to}` : none;
      return isKept;
    };
  const rowsProps = {
    changes,
    onTurn: () => void (trouble.value = ''),
    onRemove: (id: number) => void done(work.remove(list, id)),
  };
  return (
    <Sheet title={t(isLabels ? 'manageLabels' : 'manageReplies')} onClose={onClose}>
      {!changes.value &&
        (isLabels ? (
          <LabelForm onSave={add} />
        ) : (
          <ReplyForm
            categories={categories}
            within={choice.startsWith(only) ? choice.slice(only.length) : ''}
            onSave={add}
          />
        ))}
      {trouble.value && (
        <p class="trouble" role="alert">
          {trouble.value === 'conflict'
            ? t(isLabels ? 'labelTwice' : 'shortcutTwice')
            : trouble.value === 'bad-request'
              ? t('shortcutWrong')
              : tCode('problem_', trouble.value)}
        </p>
      )}
      {isLabels ? (
        <ManagedRows {...rowsProps} rows={work.labels.value.map(labelRow)} />
      ) : (
        <>
          {categories.length > 0 && (
            <label class="category-filter">
              {t('categoryShow')}
              <select value={choice} onChange={(event) => (shown.value = event.currentTarget.value)}>
                <option value={every}>{t('categoryAll')}</option>
                {categories.map((name) => (
                  <option key={name} value={`${only}${name}`}>
                    {name}
                  </option>
                ))}
                {replies.some(({ category }) => !category) && (
                  <option value={none}>{t('categoryNone')}</option>
                )}
              </select>
            </label>
          )}
          {groups.map(({ name, rows }) => (
            <section key={rows[0]!.id} aria-label={name || t('categoryNone')}>
              {name ? (
                <CategoryHead name={name} onRename={rename(name)} />
              ) : (
                categories.length > 0 && (
                  <div class="category-head">
                    <h3>{t('categoryNone')}</h3>
                  </div>
                )
              )}
              <ManagedRows {...rowsProps} rows={rows} />
            </section>
          ))}
        </>
      )}
      {!(isLabels ? work.labels : work.replies).value.length && (
        <p class="quiet managed-none">{t(isLabels ? 'labelsNone' : 'repliesNone')}</p>
      )}
    </Sheet>
  );
}

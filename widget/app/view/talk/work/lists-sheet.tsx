import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { labelColours, type LabelColour } from '../../../../../server/contract/label-colours.ts';
import { t, tCode, type TextKey } from '../../../text/text.ts';
import { plainLine } from '../../format.ts';
import { IconButton } from '../../parts.tsx';
import { useRoom } from '../../shell.ts';
import { Sheet } from '../sheet.tsx';

/** The admin's lists of the Organisation: labels, or canned replies. */
export function ListsSheet(props: { list: 'labels' | 'canned-replies'; onClose: () => void }): JSX.Element {
  const { list, onClose } = props;
  const { work } = useRoom().model;
  const isLabels = list === 'labels';
  const trouble = useSignal('');
  const asks = useSignal(0);
  useEffect(() => void work.refresh(isLabels ? 'labels' : 'replies'), []);
  const remove = async (id: number): Promise<void> => {
    trouble.value = (await work.remove(list, id)) ?? '';
  };
  const rows = isLabels
    ? work.labels.value.map(({ id, name, colour }) => ({
        id,
        name,
        what: <span class={`label ${colour}`}>{name}</span>,
      }))
    : work.replies.value.map(({ id, shortcut, body }) => ({
        id,
        name: `/${shortcut}`,
        what: (
          <span class="grow two">
            <b class="ellipsis">/{shortcut}</b>
            <small class="ellipsis" dir="auto">
              {plainLine(body)}
            </small>
          </span>
        ),
      }));
  return (
    <Sheet title={t(isLabels ? 'manageLabels' : 'manageReplies')} onClose={onClose}>
      {isLabels ? <NewLabel trouble={trouble} /> : <NewReply trouble={trouble} />}
      {trouble.value && (
        <p class="trouble" role="alert">
          {trouble.value === 'conflict'
            ? t(isLabels ? 'labelTwice' : 'shortcutTwice')
            : trouble.value === 'bad-request'
              ? t('shortcutWrong')
              : tCode('problem_', trouble.value)}
        </p>
      )}
      <ul class="managed">
        {rows.map(({ id, name, what }) => (
          <li key={id}>
            <span class="grow managed-what">{what}</span>
            {asks.value === id ? (
              <button type="button" class="link danger" onClick={() => void remove(id)}>
                {t('deleteSure')}
              </button>
            ) : (
              <IconButton icon="bin" label={t('deleteNamed', { name })} onClick={() => (asks.value = id)} />
            )}
          </li>
        ))}
      </ul>
      {!rows.length && <p class="quiet managed-none">{t(isLabels ? 'labelsNone' : 'repliesNone')}</p>}
    </Sheet>
  );
}

interface Said {
  trouble: { value: string };
}

function NewLabel({ trouble }: Said): JSX.Element {
  const { work } = useRoom().model;
  const name = useSignal('');
  const colour = useSignal<LabelColour>('green');
  return (
    <form
      class="manage-new"
      onSubmit={async (event) => {
        event.preventDefault();
        if (!name.value.trim()) return;
        trouble.value = (await work.add('labels', { name: name.value, colour: colour.value })) ?? '';
        if (!trouble.value) name.value = '';
      }}
    >
      <input
        data-first
        value={name.value}
        maxLength={40}
        aria-label={t('labelName')}
        placeholder={t('labelName')}
        onInput={(event) => (name.value = event.currentTarget.value)}
      />
      <div class="colours" role="radiogroup" aria-label={t('labelColour')}>
        {labelColours.map((one) => (
          <label key={one} class={`colour label-dot ${one}`} title={t(`colour_${one}` as TextKey)}>
            <input
              type="radio"
              name="colour"
              class="unseen"
              checked={colour.value === one}
              aria-label={t(`colour_${one}` as TextKey)}
              onChange={() => (colour.value = one)}
            />
          </label>
        ))}
      </div>
      <button type="submit" class="primary" aria-disabled={!name.value.trim()}>
        {t('add')}
      </button>
    </form>
  );
}

function NewReply({ trouble }: Said): JSX.Element {
  const { work } = useRoom().model;
  const shortcut = useSignal('');
  const body = useSignal('');
  const isReady = shortcut.value.trim() !== '' && body.value.trim() !== '';
  return (
    <form
      class="manage-new column"
      onSubmit={async (event) => {
        event.preventDefault();
        if (!isReady) return;
        const short = shortcut.value.trim().replace(/^\//, '');
        trouble.value = (await work.add('canned-replies', { shortcut: short, body: body.value })) ?? '';
        if (!trouble.value) shortcut.value = body.value = '';
      }}
    >
      <input
        data-first
        value={shortcut.value}
        maxLength={31}
        aria-label={t('shortcut')}
        placeholder={t('shortcutHint')}
        onInput={(event) => (shortcut.value = event.currentTarget.value)}
      />
      <textarea
        rows={3}
        dir="auto"
        value={body.value}
        maxLength={4_000}
        aria-label={t('replyText')}
        placeholder={t('replyTextHint')}
        onInput={(event) => (body.value = event.currentTarget.value)}
      />
      <div class="variables">
        {['contact.name', 'contact.phone', 'agent.name', 'inbox.name'].map((name) => (
          <button
            key={name}
            type="button"
            class="variable"
            onClick={() => (body.value = `${body.value}{{${name}}}`)}
          >
            {t(`variable_${name}` as TextKey)}
          </button>
        ))}
        <button type="submit" class="primary" aria-disabled={!isReady}>
          {t('add')}
        </button>
      </div>
    </form>
  );
}

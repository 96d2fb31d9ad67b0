import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Question } from '../admin.ts';
import { t } from '../text/text.ts';
import { Button } from './parts.tsx';
import { useAdmin } from './room.ts';

/** The one question of the page: consequences in words, and for what cannot be taken back a name to type. */
export function Ask(): JSX.Element | null {
  const admin = useAdmin();
  const question = admin.question.value;
  return question ? <Dialog key={question.title} question={question} /> : null;
}

function Dialog({ question }: { question: Question }): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const [typed, type] = useState('');
  const { title, lead, deed, word, isSafe = false, answer } = question;
  const isRight = word === undefined || typed.trim() === word.trim();
  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class="dialog"
      aria-labelledby="ask-title"
      aria-describedby="ask-lead"
      onCancel={(event) => {
        event.preventDefault();
        answer(false);
      }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (isRight) answer(true);
        }}
      >
        <h2 id="ask-title" dir="auto">
          {title}
        </h2>
        <p id="ask-lead">{lead}</p>
        {word !== undefined && (
          <label class="field">
            <span class="label">{t('typeToConfirm', { word })}</span>
            <input
              value={typed}
              onInput={(event) => type(event.currentTarget.value)}
              autoComplete="off"
              spellcheck={false}
              dir="auto"
            />
          </label>
        )}
        <div class="row-end">
          <Button onClick={() => answer(false)}>{t('cancel')}</Button>
          <Button kind={isSafe ? 'primary' : 'danger'} type="submit" disabled={!isRight}>
            {deed}
          </Button>
        </div>
      </form>
    </dialog>
  );
}

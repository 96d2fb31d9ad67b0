import type { JSX } from 'preact';
import { useLayoutEffect } from 'preact/hooks';
import type { Chat } from '../../../../../server/contract/wire.ts';
import { t } from '../../../text/text.ts';
import { Avatar } from '../../parts.tsx';
import { useRoom } from '../../shell.ts';
import { listText } from '../names.ts';
import { keepLooking } from './looking.ts';

/** So many faces; the others are counted. */
const mostFaces = 2;

/** Colleagues who have this Chat before their eyes, too. They are told that we have; neither where the Agent does not want it. */
export function Viewers({ chat }: { chat: Chat }): JSX.Element | null {
  const { model, shell } = useRoom();
  const { here } = model.work;
  const tells = model.preferences.of('tellsViewing').value;
  // What is left is said before the sign-in is gone with it.
  useLayoutEffect(() => {
    if (!shell.isShown.value || !tells) return undefined;
    return keepLooking(
      (isViewing) => (isViewing ? void here.look(chat.id) : here.lookAway(chat.id)),
      document,
    );
  }, [chat.id, shell.isShown.value, tells]);
  const viewers = tells ? here.viewersOf(chat.id) : [];
  if (viewers.length === 0) return null;
  const words = t('viewing', { names: listText(viewers.map(({ name }) => name)), n: viewers.length });
  const more = viewers.length - mostFaces;
  return (
    <span class="viewers" role="img" aria-label={words} title={words}>
      {viewers.slice(0, more === 1 ? mostFaces + 1 : mostFaces).map(({ id, name }) => (
        <Avatar key={id} id={id} name={name} small />
      ))}
      {more > 1 && (
        <span class="viewers-more" aria-hidden="true">
          +{more}
        </span>
      )}
    </span>
  );
}

import type { JSX } from 'preact';
import type { Chat } from '../../../../server/contract/wire.ts';
import { t } from '../../text/text.ts';
import { typeName } from '../type-name.ts';
import { durationText } from '../duration.ts';
import { plainLine } from '../format.ts';

type Last = NonNullable<Chat['last']>;

/** How long what was said last is; its kind is drawn beside it, and named for who listens. */
export function Length({ last, seconds }: { last: Last; seconds: number }): JSX.Element {
  return (
    <span class="how-long" role="img" aria-label={`${typeName(last.type)} ${durationText(seconds)}`}>
      {durationText(seconds)}
    </span>
  );
}

/** Somebody reacted, and nothing was said since: to what, and in a group who. */
export function Reacted({
  chat,
  reaction,
}: {
  chat: Chat;
  reaction: NonNullable<Last['reaction']>;
}): JSX.Element {
  const { emoji, fromUs, body, type } = reaction;
  const what = apart(plainLine(body) || typeName(type));
  const name = reaction.name || t('unknownPerson');
  return (
    <span>
      {fromUs
        ? t('lastReactedUs', { emoji, what })
        : chat.kind === 'group'
          ? t('lastReactedBy', { name: apart(name), emoji, what })
          : t('lastReacted', { emoji, what })}
    </span>
  );
}

/** Text of either direction turns nothing around it. */
const apart = (text: string): string => `\u2068${text}\u2069`;

import type { JSX } from 'preact';
import type { Entry } from '../../model/entry.ts';
import { clockTime, fullTime } from '../../text/dates.ts';
import { t } from '../../text/text.ts';
import { hueOf } from '../parts.tsx';
import { useRoom } from '../shell.ts';
import { Ticks } from '../ticks.tsx';
import { canActOn } from './can.ts';
import { onMessageKey } from './keys.ts';
import { openMenu } from './menu-door.ts';
import { senderName } from './names.ts';
import { Picture } from './picture.tsx';
import { openViewer } from './viewer-door.ts';

/** Tiles shown; the last one says how many more there are. */
const most = 4;

/** Photos and videos that were sent at once: four tiles, the rest behind the last. */
export function Album(props: {
  album: readonly Entry[];
  position: number;
  isGroup: boolean;
  isFirst: boolean;
  isLast: boolean;
  isGoal: boolean;
}): JSX.Element {
  const { model } = useRoom();
  const { album } = props;
  const last = album.at(-1)!;
  const sender = senderName(last);
  const who = last.fromMe ? t('you') : sender || (model.chat.value?.name ?? '');
  const more = album.length - most;
  const name = ['message', last.fromMe ? 'mine' : 'theirs'];
  if (props.isFirst) name.push('first');
  if (props.isLast) name.push('last');
  if (props.isGoal) name.push('goal');
  return (
    <article
      class={name.join(' ')}
      role="article"
      tabIndex={-1}
      aria-posinset={props.position}
      aria-setsize={-1}
      aria-label={`${who}, ${t('albumOf', { n: album.length })}, ${clockTime(last.at)}`}
      onKeyDown={(event) => onMessageKey(event, model, last, canActOn(model, last))}
    >
      <div class="bubble album-bubble">
        {props.isGroup && !last.fromMe && props.isFirst && sender && (
          <b class={`sender hue${hueOf(last.sender?.contactId ?? 0)}`} dir="auto">
            {sender}
          </b>
        )}
        <div class="album">
          {album.slice(0, most).map((entry, index) => (
            <div
              key={entry.clientId ?? entry.id}
              class="tile"
              onContextMenu={(event) => canActOn(model, entry).any && openMenu(entry, event)}
            >
              <Picture entry={entry} />
              {index === most - 1 && more > 0 && (
                <button
                  type="button"
                  class="album-more"
                  aria-label={t('albumMore', { n: more })}
                  onClick={() => openViewer(model, entry)}
                >
                  +{more + 1}
                </button>
              )}
            </div>
          ))}
        </div>
        <span class="meta">
          <time title={fullTime(last.at)}>{clockTime(last.at)}</time>
          {last.fromMe && <Ticks ack={last.delivery ? 0 : last.ack} />}
        </span>
      </div>
    </article>
  );
}

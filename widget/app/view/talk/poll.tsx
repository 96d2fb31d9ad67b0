import type { JSX } from 'preact';
import type { MessageContent } from '../../../../server/contract/content.ts';
import type { Entry } from '../../model/entry.ts';
import { t } from '../../text/text.ts';
import { Icon } from '../icon.tsx';
import { useRoom } from '../shell.ts';
import { canActOn } from './can.ts';
import { sheet } from './menu-door.ts';
import { listText } from './names.ts';

type Votes = NonNullable<Entry['votes']>;
export type Voter = Votes[number]['voters'][number];

/** What can be chosen, how many have chosen it and, where the engine can, one's own choice. */
export function Poll(props: { entry: Entry; poll: NonNullable<MessageContent['poll']> }): JSX.Element {
  const { model } = useRoom();
  const { entry, poll } = props;
  const votes = entry.votes ?? [];
  const canVote = canActOn(model, entry).vote;
  const ours = chosenByUs(votes);
  const most = Math.max(1, ...votes.map(({ count }) => count));
  const total = votes.reduce((sum, { count }) => sum + count, 0);
  const choose = (option: string): void => {
    const rest = poll.several ? ours.filter((one) => one !== option) : [];
    const isTaken = ours.includes(option);
    // In the poll's own order, whatever the order they were pressed in.
    const wanted = new Set(isTaken ? rest : [...rest, option]);
    void model.talk.deeds.vote(
      entry,
      poll.options.filter((one) => wanted.has(one)),
    );
  };
  return (
    <div class="poll">
      <b dir="auto">{poll.question}</b>
      <small>
        <Icon name="poll" size={14} /> {t(poll.several ? 'pollSeveral' : 'pollOne')}
      </small>
      <ul>
        {poll.options.map((option, index) => {
          const given = votes.find((one) => one.option === option);
          const count = given?.count ?? 0;
          const names = listText((given?.voters ?? []).map(voterName));
          const isOurs = ours.includes(option);
          const what = (
            <>
              <span class={`poll-mark${poll.several ? ' several' : ''}${isOurs ? ' on' : ''}`}>
                {isOurs && <Icon name="check" size={13} />}
              </span>
              <span class="poll-option" dir="auto">
                {option}
              </span>
              {count > 0 && (
                <span class="poll-count" title={names}>
                  {count}
                </span>
              )}
              <span class="poll-bar" aria-hidden="true">
                <span style={{ width: `${Math.round((count / most) * 100)}%` }} />
              </span>
            </>
          );
          return (
            <li key={index}>
              {canVote ? (
                <button type="button" aria-pressed={isOurs} onClick={() => choose(option)}>
                  {what}
                </button>
              ) : (
                <div>{what}</div>
              )}
            </li>
          );
        })}
      </ul>
      {total > 0 ? (
        <button type="button" class="poll-who" onClick={() => (sheet.value = { what: 'votes', entry })}>
          {t('pollWho')}
        </button>
      ) : (
        <small class="poll-lead">{t(canVote || entry.outgoing ? 'pollNobody' : 'pollLead')}</small>
      )}
    </div>
  );
}

export const voterName = ({ name, fromUs }: Voter): string =>
  fromUs ? t('you') : name || t('unknownPerson');

function chosenByUs(votes: Votes): string[] {
  return votes.filter(({ voters }) => voters.some(({ fromUs }) => fromUs)).map(({ option }) => option);
}

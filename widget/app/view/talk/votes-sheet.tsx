import type { JSX } from 'preact';
import type { Entry } from '../../model/entry.ts';
import { t } from '../../text/text.ts';
import { Avatar } from '../parts.tsx';
import { useRoom } from '../shell.ts';
import { voterName } from './poll.tsx';
import { Sheet } from './sheet.tsx';

/** Who has chosen what in a poll, as it changes. */
export function VotesSheet(props: { entry: Entry; onClose: () => void }): JSX.Element {
  const { model } = useRoom();
  const { chatId, id } = props.entry;
  const entry = model.timeline(chatId).list.value.find((one) => one.id === id) ?? props.entry;
  return (
    <Sheet title={t('pollResults')} onClose={props.onClose}>
      <p class="poll-question" dir="auto">
        {entry.content?.poll?.question}
      </p>
      {(entry.votes ?? []).map(({ option, count, voters }, index) => (
        <section key={index} class="people">
          <h3 class="poll-result">
            <bdi>{option}</bdi> <span>{t('pollVotes', { n: count })}</span>
          </h3>
          {voters.length > 0 && (
            <ul>
              {voters.map((voter) => (
                <li key={voter.contactId ?? 'us'}>
                  <Avatar id={voter.contactId ?? 0} name={voterName(voter)} small />
                  <span class="grow ellipsis" dir="auto">
                    {voterName(voter)}
                  </span>
                </li>
              ))}
              {count > voters.length && (
                <li class="quiet">{t('moreContacts', { n: count - voters.length })}</li>
              )}
            </ul>
          )}
        </section>
      ))}
    </Sheet>
  );
}

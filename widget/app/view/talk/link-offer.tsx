import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useState } from 'preact/hooks';
import { LinkWatch } from '../../model/link-watch.ts';
import { t } from '../../text/text.ts';
import { Icon } from '../icon.tsx';
import { IconButton } from '../parts.tsx';
import { useRoom } from '../shell.ts';
import { finderFor } from './links.ts';
import type { Field } from './suggest.tsx';
import style from '../css/link-offer.css?inline';

export const css = style;

/** The preview that goes with the text; a press puts it away for this text. */
export function LinkOffer({ chatId, field }: { chatId: number; field: Field }): JSX.Element | null {
  const { model, shell } = useRoom();
  const [watch] = useState(
    () => new LinkWatch({ talk: model.talk, http: model.http, chatId, find: firstPage }),
  );
  useLayoutEffect(() => () => watch[Symbol.dispose](), []);
  const link = watch.shown.value;
  const title = link?.title ?? link?.description;
  useEffect(() => {
    if (title) shell.announce(t('linkOfferCame', { title }));
  }, [title]);
  if (!link) return null;
  return (
    <div class="link-offer" role="group" aria-label={t('linkOffer')}>
      <span class="link-offer-sign">
        <Icon name="globe" size={20} />
      </span>
      <span class="link-offer-main">
        <b class="ellipsis" dir="auto">
          {title}
        </b>
        {link.title && link.description && (
          <span class="ellipsis" dir="auto">
            {link.description}
          </span>
        )}
        <small class="ellipsis" dir="ltr">
          {hostOf(link.url)}
        </small>
      </span>
      <IconButton
        icon="close"
        label={t('linkOfferAway')}
        onClick={() => {
          watch.putAway();
          field.current?.focus();
        }}
      />
    </div>
  );
}

/** As it stands in the text. */
function firstPage(text: string): string | undefined {
  const found = finderFor([])(text).find(({ href }) => href && /^https?:/i.test(href));
  const address = found && text.slice(found.start, found.end);
  return address && address.length <= longestAddress ? address : undefined;
}

/** The server's limit. */
const longestAddress = 2_048;

/** International names stay in their letters of ASCII: two that look alike are told apart. */
function hostOf(address: string): string {
  const url = URL.parse(address) ?? URL.parse(`https://${address}`);
  return (url?.hostname ?? address).replace(/^www\./, '');
}

import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { later } from '../later.tsx';
import { useRoom } from '../shell.ts';
import { mayHoldLink } from './links.ts';
import type { Field } from './suggest.tsx';

/** Comes with the first text that may hold a link. */
const offers = later(() => import('./link-offer.tsx'), 'talk');

/** In its place above the composer: what the page says that the text leads to. */
export function LinkOfferDoor(props: { chatId: number; field: Field }): JSX.Element | null {
  const { model, shell } = useRoom();
  const canOffer = model.desk.value?.session.value?.capabilities.linkPreviews === true;
  const isWanted = canOffer && mayHoldLink.test(model.drafts.value.get(props.chatId) ?? '');
  useEffect(() => {
    if (isWanted) void offers.bring(shell);
  }, [isWanted]);
  const parts = offers.get();
  return canOffer && typeof parts === 'object' ? <parts.LinkOffer key={props.chatId} {...props} /> : null;
}

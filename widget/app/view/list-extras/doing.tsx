import type { JSX } from 'preact';
import type { Doing as Deed } from '../../model/presences.ts';
import { t } from '../../text/text.ts';

/** What the other side of a Chat is doing, in its row or under its name. */
export function Doing({ doing }: { doing: Deed }): JSX.Element {
  return <span class="doing">{t(`doing_${doing}`)}</span>;
}

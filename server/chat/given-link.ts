import type { GivenLink, MessageContent } from '../contract/content.ts';
import { webAddress } from '../contract/web-address.ts';

/** The preview a text goes with, as the engine is given it and as the Message holds it. */
export interface TextWithLink {
  request: { link?: GivenLink };
  content: Pick<MessageContent, 'link'>;
}

/**
 * Reads what came with a text. What does not fit it is left out and never refused, because the text comes first: an address
 * that does not stand in it, or is that of no page, or nothing to show of the page.
 */
export function withLink(body: string, given: GivenLink | undefined): TextWithLink {
  const address = webAddress(given?.url);
  const url = given && stands(given.url, body) ? address : undefined;
  if (!given || url === undefined || (!given.title && !given.description))
    return { request: {}, content: {} };
  const words = {
    ...(given.title && { title: given.title.toWellFormed() }),
    ...(given.description && { description: given.description.toWellFormed() }),
  };
  return { request: { link: { url: given.url, ...words } }, content: { link: { url, ...words } } };
}

/** As a whole: what goes on with a letter, a digit or a path is another address. */
function stands(address: string, body: string): boolean {
  for (let at = body.indexOf(address); at !== -1; at = body.indexOf(address, at + 1)) {
    const end = at + address.length;
    // Two units hold any character: the whole text is not looked at again for each place.
    const [before, after] = [body.slice(Math.max(0, at - 2), at), body.slice(end, end + 2)];
    if (!/[\p{L}\p{N}/.@-]$/u.test(before) && !/^(?:[\p{L}\p{N}/=%@-]|[.:?#&][\p{L}\p{N}])/u.test(after))
      return true;
  }
  return false;
}

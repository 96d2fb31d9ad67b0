/** So far apart are the attempts of two words of the Agent: a late answer to one before must not be taken for one of now. */
const apart = 1_000;

/** An Agent says that it is to be sent again: the count begins anew, under numbers that were never used. */
export function newCount(attempt: number): number {
  return attempt - (attempt % apart) + apart;
}

/** How often it has been tried since an Agent said so last. */
export function triesOf(attempt: number): number {
  return attempt % apart;
}

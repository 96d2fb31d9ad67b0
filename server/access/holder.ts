import type { Access } from './access.ts';

/**
 * Whether what was handed to a sign-in or a key (addresses of files) is still theirs: it has not ended, is of the
 * Organisation and sees the Inbox. From memory for as long as a sign-in is believed; what ends it is forgotten at once.
 */
export function mayHold(access: Pick<Access, 'current'>) {
  return async (holder: string, organisationId: number, inboxId: number): Promise<boolean> => {
    const principal = await access.current(holder);
    return principal?.organisationId === organisationId && principal.sees(inboxId);
  };
}

/** Why an archive gives nothing. Whatever it says, nothing of it has been put in place. */
export type ArchiveTrouble =
  /** Sealed with a key, or a passphrase, that is not the one given. */
  | 'archive-wrong-key'
  /** Not the bytes that were written. */
  | 'archive-changed'
  /** The end is missing. */
  | 'archive-truncated'
  | 'archive-too-large'
  /** Not of our making, or of a later version. */
  | 'archive-unknown'
  /** The folder did not hold still long enough to be copied. */
  | 'archive-unsteady'
  /** Of a backup: there is no link to be kept. */
  | 'nothing-linked'
  /** Of a backup: a file stands there. */
  | 'file-exists'
  /** Of a restore: a process runs the Session, or may until its Lease runs out. */
  | 'session-runs'
  | 'no-such-inbox';

export class ArchiveBroken extends Error {
  override name = 'ArchiveBroken';
  readonly code: ArchiveTrouble;

  constructor(code: ArchiveTrouble, words: string, options?: ErrorOptions) {
    super(`${code}: ${words}`, options);
    this.code = code;
  }
}

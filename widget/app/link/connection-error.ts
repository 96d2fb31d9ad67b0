/** The server could not be reached, or did not answer in time. Safe to try again. */
export class ConnectionError extends Error {
  override name = 'ConnectionError';
}

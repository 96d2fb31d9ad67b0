import { ConnectionError } from './connection-error.ts';

export interface UploadOptions {
  headers: Record<string, string>;
  withCredentials: boolean;
  onProgress: (part: number) => void;
  signal: AbortSignal;
}

/** POSTs bytes and tells how far it is, 0…1. Rejects with the signal's reason or a ConnectionError. */
export function send(
  url: string,
  body: Blob,
  options: UploadOptions,
): Promise<{ status: number; type: string; text: string }> {
  const { signal } = options;
  return new Promise((done, fail) => {
    if (signal.aborted) return fail(signal.reason);
    const request = new XMLHttpRequest();
    request.open('POST', url);
    request.withCredentials = options.withCredentials;
    for (const [name, value] of Object.entries(options.headers)) request.setRequestHeader(name, value);
    request.upload.addEventListener('progress', (event) => {
      if (event.lengthComputable) options.onProgress(event.loaded / event.total);
    });
    const abort = (): void => request.abort();
    signal.addEventListener('abort', abort, { once: true });
    request.addEventListener('load', () =>
      done({
        status: request.status,
        type: request.getResponseHeader('content-type') ?? '',
        text: request.responseText,
      }),
    );
    request.addEventListener('error', () => fail(new ConnectionError('the server cannot be reached')));
    request.addEventListener('abort', () => fail(signal.reason));
    request.addEventListener('loadend', () => signal.removeEventListener('abort', abort));
    request.send(body);
  });
}

export const randomBytes = (count: number): Uint8Array => crypto.getRandomValues(new Uint8Array(count));
export const bytesOf = (text: string): Uint8Array => Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
export const base64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));
export const hex = (count: number): string =>
  [...randomBytes(count)].map((byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join('');
export const sha256 = async (blob: Blob): Promise<string> =>
  base64(new Uint8Array(await crypto.subtle.digest('SHA-256', await blob.arrayBuffer())));
export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

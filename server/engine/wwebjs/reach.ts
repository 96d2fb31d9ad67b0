import { connect } from 'node:net';

/** Whether a connection to the server of `url` comes about within `limitMs`: the network is there, whatever a page does. */
export function canReach(url: string, limitMs: number): Promise<boolean> {
  const { hostname, port, protocol } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  const socket = connect({ host, port: Number(port) || (protocol === 'http:' ? 80 : 443) });
  return new Promise((resolve) => {
    const tell = (isThere: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(isThere);
    };
    const timer = setTimeout(() => tell(false), limitMs);
    socket.once('connect', () => tell(true));
    socket.once('error', () => tell(false));
  });
}

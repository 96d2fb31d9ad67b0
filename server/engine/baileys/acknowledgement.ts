import type { WASocket } from './socket.ts';

/** How long WhatsApp may take to say that it has a message, ms. */
export const ackLimitMs = 20_000;

/** WhatsApp's word on a message: `undefined` is yes, anything else the number of a no. */
export function ackOf(socket: WASocket, id: string): { error: Promise<string | undefined>; stop(): void } {
  let hear: (node: { attrs: Record<string, string | undefined> }) => void = () => {};
  const error = new Promise<string | undefined>((resolve) => {
    hear = ({ attrs }) => {
      if (attrs['id'] === id && attrs['class'] === 'message') resolve(attrs['error']);
    };
  });
  socket.ws.on('CB:ack,class:message', hear);
  return { error, stop: () => socket.ws.off('CB:ack,class:message', hear) };
}

import { WebSocket } from 'ws';
import { realm, subprotocols } from '../../server/contract/topic.ts';

/** As little of WAMP v2 as it takes to hear one topic. Rejects when the server says anything but yes. */
export function listen(
  url: string,
  topic: string,
  localAddress: string,
  heard: (frame: Buffer) => void,
): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, [subprotocols.v2], { localAddress, perMessageDeflate: false });
    socket.once('error', reject);
    socket.once('close', (code) => reject(new Error(`the socket was closed: ${code}`)));
    socket.on('open', () => socket.send(JSON.stringify([1, realm, { roles: { subscriber: {} } }])));
    const greet = (data: Buffer): void => {
      const [kind] = JSON.parse(data.toString()) as [number];
      if (kind === 2) socket.send(JSON.stringify([32, 1, {}, topic]));
      else if (kind === 33) {
        socket.off('message', greet);
        socket.on('message', heard);
        resolve(socket);
      } else reject(new Error(`the server said ${data.toString()}`));
    };
    socket.on('message', greet);
  });
}

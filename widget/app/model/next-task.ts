/**
 * Does something in a task of its own, so that what an Agent waits to see is drawn before it. Not a timer: those of tabs that
 * are not seen come once a second.
 */
export function nextTask(work: () => void): void {
  const { port1, port2 } = new MessageChannel();
  port1.addEventListener(
    'message',
    () => {
      port1.close();
      work();
    },
    { once: true },
  );
  port1.start();
  port2.postMessage(0);
}

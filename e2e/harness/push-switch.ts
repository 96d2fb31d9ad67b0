import type { Page, WebSocketRoute } from 'playwright';

/** The wire between the widget and its live socket, with a switch in it. HTTP is another wire: it stays whole. */
export class PushSwitch {
  #isOn = true;
  #open = new Set<WebSocketRoute>();

  /** Before the page is opened. */
  async install(page: Page): Promise<void> {
    await page.routeWebSocket(/\/ws\?/, (socket) => {
      if (!this.#isOn) {
        void socket.close({ code: 1012, reason: 'no way through' });
        return;
      }
      this.#open.add(socket);
      socket.connectToServer();
    });
  }

  /** Cuts what is open and lets nothing new through. */
  async cut(): Promise<void> {
    this.#isOn = false;
    const open = [...this.#open];
    this.#open.clear();
    await Promise.all(open.map((socket) => socket.close({ code: 1012, reason: 'cut' })));
  }
  mend(): void {
    this.#isOn = true;
  }
  /** Sockets that have got through and have not been cut. */
  get count(): number {
    return this.#open.size;
  }
}

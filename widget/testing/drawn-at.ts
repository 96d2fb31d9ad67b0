import type { Page } from 'playwright';

/** A page that tells where something stands. */
export interface Drawn extends Window {
  /** Its top, px, in the next frame a reader sees. Between frames rows stand where nobody ever sees them. */
  drawnAt(one: Element): Promise<number>;
}

/** From here on the page, a `Drawn`, tells where something stands. */
export async function tellWhereDrawn(page: Page): Promise<void> {
  await page.evaluate(() => {
    (window as unknown as Drawn).drawnAt = (one) =>
      new Promise((done) => {
        const observer = new IntersectionObserver(([entry]) => {
          observer.disconnect();
          done(entry!.boundingClientRect.top);
        });
        observer.observe(one);
      });
  });
}

import type { Page } from 'playwright';

/** In a pseudo-locale: texts and names on the screen that did not come from a dictionary. */
export function unmarked(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found = new Set<string>();
    const take = (text: string | null | undefined): void => {
      // Dates and times come from Intl, in the letters of the locale.
      let bare = text ?? '';
      // A text may stand in another one.
      for (let whole = ''; whole !== bare; bare = bare.replace(/⟦[^⟦⟧]*⟧/gu, '')) whole = bare;
      bare = bare.replace(/[\d:/\s]*\p{Script=Arabic}[\p{Script=Arabic}\d:/\s]*/gsu, '').trim();
      if (/\p{L}/u.test(bare)) found.add(bare);
    };
    const panel = document.querySelector('chatdock-widget')!.shadowRoot!.querySelector('.panel')!;
    const walker = document.createTreeWalker(panel, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    for (let node: Node | null = panel; node; node = walker.nextNode()) {
      if (node instanceof Text) {
        // The names of countries are the browser's.
        if (!node.parentElement?.closest('option')) take(node.data);
      } else if (node instanceof Element) {
        for (const name of ['aria-label', 'title', 'placeholder', 'alt', 'aria-description'])
          take(node.getAttribute(name));
      }
    }
    return Array.from(found);
  });
}

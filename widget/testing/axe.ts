import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright';

// The builder of @axe-core/playwright sends axe again for every look at a screen and gathers the answer in a tab of its
// own: measured 2.9 s for a screen that axe itself reads in 0.36 s (2026-11-21). So axe is put in once a page and asked
// directly, for what fails only.
const fromBuilder = createRequire(createRequire(import.meta.url).resolve('@axe-core/playwright'));
const source = readFileSync(fromBuilder.resolve('axe-core/axe.min.js'), 'utf8');

interface Found {
  id: string;
  nodes: { target: unknown; failureSummary?: string }[];
}
interface Axe {
  run(context: string, options: Record<string, unknown>): Promise<{ violations: Found[] }>;
}

/** WCAG 2.2 AA and what axe holds to be good practice. */
const all = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/**
 * What a look at the widget (or what else `within` selects) finds wrong, one line for each rule, measured when nothing
 * fades any more. Every rule, unless `rules` names the few that can come out differently in this look.
 */
export async function violations(
  page: Page,
  rules?: readonly string[],
  within = 'chatdock-widget',
): Promise<string[]> {
  // On a busy machine a screen may begin to fade in while axe reads it. What is wrong with it is wrong afterwards, too.
  for (let again = 2; ; again--) {
    await atRest(page);
    const found = await look(page, rules, within);
    if (found.length === 0 || again === 0) return found;
  }
}

/** Settles when nothing has moved or faded for two frames; what goes on for ever, such as a countdown, is not waited for. */
async function atRest(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const moving = () =>
      [document, document.querySelector('chatdock-widget')?.shadowRoot]
        .flatMap((root) => root?.getAnimations() ?? [])
        .filter((one) => one.playState === 'running' && one.effect?.getTiming().iterations !== Infinity);
    const enough = new Promise((done) => setTimeout(done, 2_000, 'enough'));
    for (let rests = 0; rests < 2; rests++) {
      for (let now = moving(); now.length > 0; now = moving()) {
        const ends = Promise.all(now.map((one) => one.finished.catch(() => undefined)));
        if ((await Promise.race([ends, enough])) === 'enough') return;
        rests = 0;
      }
      await new Promise((done) => requestAnimationFrame(done));
    }
  });
}

async function look(page: Page, rules: readonly string[] | undefined, within: string): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(source);
  const found = await page.evaluate(
    async ({ runOnly, within }) => {
      const { axe } = window as unknown as { axe: Axe };
      const { violations } = await axe.run(within, { runOnly, resultTypes: ['violations'] });
      return violations.map(({ id, nodes }) => ({
        id,
        nodes: nodes.map(({ target, failureSummary }) => ({ target, failureSummary: failureSummary ?? '' })),
      }));
    },
    { within, runOnly: rules ? { type: 'rule', values: [...rules] } : { type: 'tag', values: all } },
  );
  return found.map(
    ({ id, nodes }) =>
      `${id}: ${nodes.map((node) => `${JSON.stringify(node.target)} ${node.failureSummary}`).join('; ')}`,
  );
}

/** In the dark only colours differ from the light screen. */
export const colourRules = ['color-contrast', 'link-in-text-block'] as const;

import { hex, inkOn, luminance, mix, readable, type Rgb } from './colour.ts';

/** What the page around looks like. */
export interface HostLooks {
  paper: Rgb;
  text: Rgb;
  accent?: Rgb | undefined;
  link?: Rgb | undefined;
  font?: string | undefined;
}

/** Our tokens out of the page's colours. Where theirs would be hard to read, they are moved until they are not. */
export function tokensOf(looks: HostLooks): Record<string, string> {
  const { text, accent, link, font } = looks;
  const ink = inkOn(looks.paper);
  // Neither light nor dark: our shades of it would be hard to read in either ink.
  const paper = readable(looks.paper, [ink], 11);
  const isDark = luminance(paper) < 0.2;
  const step = (share: number): Rgb => mix(paper, ink, share);
  const sunken = step(isDark ? 0.06 : 0.035);
  const raised = isDark ? step(0.08) : paper;
  const hover = step(isDark ? 0.07 : 0.04);
  const wish: Rgb = accent ?? (isDark ? [62, 207, 159] : [11, 122, 92]);
  const soft = mix(paper, wish, isDark ? 0.2 : 0.1);
  const grounds = [paper, sunken, raised, hover];
  // The accent is read on its own soft shade too: the name of a day, a chosen filter.
  const main = readable(wish, [...grounds, soft], 4.5);
  const mine = mix(paper, main, isDark ? 0.28 : 0.16);
  const theirs = isDark ? step(0.09) : paper;
  const papers = [...grounds, soft, mine, theirs];
  const body = readable(text, papers, 7);
  const links = readable(link ?? main, papers, 4.5);
  const colours: Record<string, Rgb> = {
    accent: main,
    'accent-strong': readable(mix(main, ink, 0.2), [...grounds, soft], 4.5),
    'accent-soft': soft,
    on: inkOn(main),
    surface: paper,
    raised,
    sunken,
    hover,
    text: body,
    muted: readable(mix(body, paper, 0.35), papers, 4.6),
    line: step(0.13),
    'field-line': readable(step(0.4), grounds, 3),
    chat: sunken,
    mine,
    'mine-meta': readable(mix(body, mine, 0.25), [mine], 4.6),
    theirs,
    read: links,
    link: links,
  };
  const tokens = Object.fromEntries(Object.entries(colours).map(([name, one]) => [`--cd-${name}`, hex(one)]));
  return { ...tokens, ...(font ? { '--cd-font': font } : {}) };
}

// EspoCRM's names first, then Bootstrap's, then what many others use.
const names = {
  paper: ['--panel-bg', '--body-bg', '--bs-body-bg', '--background'],
  text: ['--text-color', '--bs-body-color', '--foreground'],
  accent: ['--brand-primary', '--bs-primary', '--primary', '--accent'],
  link: ['--link-color', '--bs-link-color'],
  font: ['--font-family', '--bs-body-font-family'],
};

/** Wears the page's looks from now on, also when the page changes them. Returns how to stop. */
export function wearHostTheme(host: HTMLElement): () => void {
  let worn: string[] = [];
  const take = (): void => {
    for (const name of worn) host.style.removeProperty(name);
    const looks = readLooks();
    const tokens = tokensOf(looks);
    worn = Object.keys(tokens);
    for (const [name, value] of Object.entries(tokens)) host.style.setProperty(name, value);
    host.dataset['theme'] = luminance(looks.paper) < 0.2 ? 'dark' : 'light';
  };
  take();
  const observer = new MutationObserver(take);
  const options = { attributeFilter: ['class', 'style', 'data-theme', 'data-bs-theme'] };
  for (const element of [document.documentElement, document.body]) observer.observe(element, options);
  const scheme = matchMedia('(prefers-color-scheme: dark)');
  scheme.addEventListener('change', take);
  // A theme that is a style sheet of its own (EspoCRM's are) may come later than the page.
  window.addEventListener('load', take);
  return () => {
    observer.disconnect();
    scheme.removeEventListener('change', take);
    window.removeEventListener('load', take);
    for (const name of worn) host.style.removeProperty(name);
  };
}

function readLooks(): HostLooks {
  const style = getComputedStyle(document.body);
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const read = (value: string): Rgb | undefined => {
    if (!canvas || !value || !CSS.supports('color', value)) return undefined;
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = value;
    canvas.fillRect(0, 0, 1, 1);
    const [red = 0, green = 0, blue = 0, alpha = 0] = canvas.getImageData(0, 0, 1, 1).data;
    // What lets through has no contrast of its own.
    return alpha > 250 ? [red, green, blue] : undefined;
  };
  const named = (which: keyof typeof names): Rgb | undefined =>
    names[which].map((name) => read(style.getPropertyValue(name).trim())).find((one) => one);
  const isDark = matchMedia('(prefers-color-scheme: dark)').matches && style.colorScheme.includes('dark');
  const paper =
    named('paper') ??
    read(style.backgroundColor) ??
    read(getComputedStyle(document.documentElement).backgroundColor) ??
    (isDark ? [18, 18, 18] : [255, 255, 255]);
  const font =
    names.font.map((name) => style.getPropertyValue(name).trim()).find(Boolean) ?? style.fontFamily;
  return {
    paper,
    text: named('text') ?? read(style.color) ?? inkOn(paper),
    accent: named('accent'),
    link: named('link'),
    font,
  };
}

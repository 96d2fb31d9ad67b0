/** The Signal library prints sessions, keys and all, as it opens and closes them, and what it cannot read, which is asked for again. */
const said =
  /^(Clos|Open|Remov)ing (old closed |open )?session|^Session already|^Decrypted message with closed|^Migrating session|^Session error|^Failed to decrypt/;
let isHushed = false;

export function hushSignal(): void {
  if (isHushed) return;
  isHushed = true;
  for (const name of ['info', 'warn', 'error'] as const) {
    const speak = console[name].bind(console);
    console[name] = (...words: unknown[]) => {
      if (!(typeof words[0] === 'string' && said.test(words[0]))) speak(...words);
    };
  }
}

/** What search looks in and for: one spelling of a text. */
export function searchText(...parts: (string | null)[]): string {
  const joined = parts.filter((part) => part !== null && part !== '').join(' ');
  return plain.test(joined) ? joined.toLowerCase() : foldedText(joined);
}

/** Nothing to be folded but its case, and short enough: most numbers and many names, asked for in every turn. */
const plain = /^[\x20-\x7e]{0,700}$/;

function foldedText(text: string): string {
  return [...text.normalize('NFKC').toLowerCase()].slice(0, 700).join('').toWellFormed();
}

/** What a Contact is called: as saved, else as they call themself, else their number, else ''. */
export function displayName(contact: { name: string; push_name: string; phone: string | null }): string {
  return contact.name || contact.push_name || (contact.phone ? `+${contact.phone}` : '');
}

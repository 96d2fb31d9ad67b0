import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCards } from './vcard.ts';

const card = (...lines: string[]): string =>
  ['BEGIN:VCARD', 'VERSION:3.0', ...lines, 'END:VCARD'].join('\r\n');
const read = (...lines: string[]) => readCards([card(...lines)])[0];

describe('contact cards', () => {
  test('as WhatsApp writes them', () => {
    expect(
      read(
        'N:Rossi;Mario;;;',
        'FN:Mario Rossi',
        'item1.TEL;waid=393331234567:+39 333 123 4567',
        'item1.X-ABLabel:M',
      ),
    ).toEqual({ name: 'Mario Rossi', phones: ['+39 333 123 4567'] });
  });

  test('several numbers, each once', () => {
    const tel = 'TEL;type=CELL;type=VOICE:+1 555 1';
    expect(read('FN:A', tel, 'TEL;TYPE=home:+1 555 2', 'tel:+1 555 3', tel)).toEqual({
      name: 'A',
      phones: ['+1 555 1', '+1 555 2', '+1 555 3'],
    });
  });

  test('a number as dialled inside a country is given in WhatsApp’s digits', () => {
    expect(read('FN:A', 'TEL;waid=4915112345678:0151 12345678')?.phones).toEqual(['+4915112345678']);
    expect(read('FN:A', 'TEL;waid=4915112345678:')?.phones).toEqual(['+4915112345678']);
    expect(read('FN:A', 'TEL:call me')?.phones).toEqual([]);
    expect(read('FN:A', 'TEL;VALUE=uri:tel:+15551230001')?.phones).toEqual(['+15551230001']);
  });

  test('escapes', () => {
    expect(read('FN:Smith\\, Jones\\; Sons\\nLtd \\\\ Co')?.name).toBe('Smith, Jones; Sons Ltd \\ Co');
    expect(read('N:A\\;B;C;;;')?.name).toBe('C A;B');
  });

  test('quoted-printable, over soft line breaks, in UTF-8 and in Latin-1', () => {
    expect(
      read(
        'FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=D0=98=D0=B2=',
        '=D0=B0=D0=BD',
        'TEL;CELL;ENCODING=QUOTED-PRINTABLE:=2B7 900',
      ),
    ).toEqual({ name: 'Иван', phones: ['+7 900'] });
    expect(read('FN;CHARSET=ISO-8859-1;QUOTED-PRINTABLE:Jos=E9')?.name).toBe('José');
    expect(read('FN;ENCODING=QUOTED-PRINTABLE:100=ZZ')?.name).toBe('100=ZZ');
  });

  test('folded lines', () => {
    expect(read('FN:A very lo', ' ng name')?.name).toBe('A very long name');
  });

  test('without FN: the name in parts, else the organisation', () => {
    expect(read('N:Rossi;Mario;Luca;Dr.;Jr.')?.name).toBe('Dr. Mario Luca Rossi Jr.');
    expect(read('ORG:Acme;Sales', 'TEL:+1 555')?.name).toBe('Acme, Sales');
    expect(read('TEL:+1 555')).toEqual({ name: '', phones: ['+1 555'] });
  });

  test('several cards in one text and in several; one that says nothing is left out', () => {
    expect(
      readCards([`${card('FN:A')}\n${card('FN:B')}`, card('FN:C'), card(), 7, '']).map(({ name }) => name),
    ).toEqual(['A', 'B', 'C']);
  });

  test('at most fifty cards, fifty numbers, three hundred letters', () => {
    const many = Array.from({ length: 80 }, (_, index) => card(`FN:${index}`));
    expect(readCards(many)).toHaveLength(50);
    const numbers = Array.from({ length: 80 }, (_, index) => `TEL:+1 ${index}`);
    expect(read('FN:A', ...numbers)?.phones).toHaveLength(50);
    expect(read(`FN:${'x'.repeat(5_000)}`)?.name).toHaveLength(300);
    expect(read('FN:A', `PHOTO;ENCODING=b:${'A'.repeat(500_000)}`, 'TEL:+1 5')?.phones).toEqual(['+1 5']);
  });

  test('whatever the text, no exception, in no long time', { timeout: 30_000 }, () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => Array.isArray(readCards([text, card(text)]))),
    );
    // Of the processor: what other processes take of it does not count.
    const before = process.cpuUsage();
    for (const piece of ['BEGIN:VCARD\n', ';', '=', ' \n', 'FN;ENCODING=QUOTED-PRINTABLE:=\n', '\\;']) {
      readCards([
        piece.repeat(200_000 / piece.length),
        `BEGIN:VCARD\nFN${piece.repeat(200_000 / piece.length)}`,
      ]);
    }
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1_000).toBeLessThan(2_000);
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contentDisposition, safeFileName, withEnding } from './file-name.ts';
import { readRange } from './range.ts';
import { serveAs } from './serve-as.ts';
import { sniff, unknownType } from './sniff.ts';

const bytes = (...parts: (string | number[])[]): Buffer =>
  Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))),
  );
const jpeg = bytes([0xff, 0xd8, 0xff, 0xe0], '\0\x10JFIF');
const zip = (name: string, more = ''): Buffer =>
  bytes('PK\x03\x04', '\0'.repeat(22), [name.length, 0, 0, 0], name, more);

describe('sniffing', () => {
  test.each([
    ['image/jpeg', jpeg],
    ['image/png', bytes([0x89], 'PNG\r\n\x1a\n')],
    ['image/gif', bytes('GIF89a')],
    ['image/webp', bytes('RIFF', [0, 0, 0, 0], 'WEBPVP8 ')],
    ['audio/wav', bytes('RIFF', [0, 0, 0, 0], 'WAVEfmt ')],
    ['video/mp4', bytes([0, 0, 0, 24], 'ftypisom')],
    ['video/mp4', bytes([0, 0, 0, 24], 'ftypmp42')],
    ['audio/mp4', bytes([0, 0, 0, 24], 'ftypM4A ')],
    ['video/3gpp', bytes([0, 0, 0, 24], 'ftyp3gp5')],
    ['video/webm', bytes([0x1a, 0x45, 0xdf, 0xa3, 0x9f], '\x42\x82\x84webm')],
    ['audio/ogg; codecs=opus', bytes('OggS', '\0'.repeat(24), 'OpusHead')],
    ['audio/ogg', bytes('OggS', '\0'.repeat(24), '\x01vorbis')],
    ['audio/mpeg', bytes('ID3\x04')],
    ['audio/mpeg', bytes([0xff, 0xfb, 0x90, 0x64])],
    ['audio/aac', bytes([0xff, 0xf1, 0x50, 0x80])],
    ['audio/amr', bytes('#!AMR\n')],
    ['application/pdf', bytes('%PDF-1.7')],
    ['application/zip', zip('readme.txt')],
    [
      'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
      zip('[Content_Types].xml', '...word/document.xml'),
    ],
    ['application/x-ole-storage', bytes([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1])],
  ])('%s', (type, head) => {
    expect(sniff(head)).toBe(type);
    expect(sniff(Buffer.concat([head, Buffer.alloc(500)]))).toBe(type);
  });

  test.each([
    '<!doctype html><script>alert(1)</script>',
    '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    '<?xml version="1.0"?><x/>',
    '\ufeff<html>',
    'alert(1)',
    '#!/bin/sh\nrm -rf /',
    'MZ\x90\0',
    '',
    'plain text',
    ' %PDF-1.7',
  ])('%j is nothing we know', (text) => {
    expect(sniff(Buffer.from(text))).toBe(unknownType);
  });

  test('no bytes make it throw', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (head) => typeof sniff(head) === 'string'));
  });
});

describe('how a file is answered', () => {
  test('HTML that calls itself a picture, and a script in SVG, are downloads of no type', () => {
    for (const claimed of [
      'image/jpeg',
      'image/svg+xml',
      'text/html',
      'application/xhtml+xml',
      'text/javascript',
      '',
    ])
      expect(serveAs(claimed, sniff(Buffer.from('<svg onload=alert(1)>')))).toEqual({
        type: unknownType,
        disposition: 'attachment',
        endings: [],
      });
  });
  test('a picture that is HTML as well is answered as a picture, and as nothing when it calls itself HTML', () => {
    const polyglot = sniff(
      Buffer.concat([jpeg, Buffer.from('*/=1;</script><html><script>alert(1)</script>')]),
    );
    expect(serveAs('image/jpeg', polyglot)).toMatchObject({ type: 'image/jpeg', disposition: 'inline' });
    expect(serveAs('text/html; charset=utf-8', polyglot)).toMatchObject({
      type: unknownType,
      disposition: 'attachment',
    });
    expect(serveAs('application/javascript', 'image/gif')).toMatchObject({ disposition: 'attachment' });
  });
  test('a PDF is a PDF, and never shown inline', () => {
    expect(serveAs('application/pdf', 'application/pdf')).toMatchObject({
      type: 'application/pdf',
      disposition: 'attachment',
    });
  });
  test('a claim decides nothing but whether a container holds only sound', () => {
    expect(serveAs('audio/mp4', 'video/mp4').type).toBe('audio/mp4');
    expect(serveAs('video/mp4', 'image/png').type).toBe('image/png');
    expect(serveAs('audio/ogg', 'audio/ogg; codecs=opus').type).toBe('audio/ogg; codecs=opus');
  });
});

describe('names of files', () => {
  test.each([
    ['../../etc/passwd', 'passwd'],
    ['..\\..\\x', 'x'],
    ['a.pdf\r\nSet-Cookie: x=1', 'a.pdfSet-Cookie_ x=1'],
    ['invoice.pdf\u202egpj.exe', 'invoice.pdfgpj.exe'],
    ['"; filename="x.html', '_; filename=_x.html'],
    ['CON', '_CON'],
    ['.htaccess', 'htaccess'],
    ['...', ''],
    ['счёт №5.pdf', 'счёт №5.pdf'],
    ['a\0b', 'ab'],
  ])('%j is saved as %j', (given, safe) => {
    expect(safeFileName(given)).toBe(safe);
  });
  test('300 characters keep their ending', () => {
    expect(safeFileName(`${'x'.repeat(300)}.docx`)).toBe(`${'x'.repeat(115)}.docx`);
  });
  test('the ending is one of the type', () => {
    expect(withEnding('x.html', ['jpg', 'jpeg'])).toBe('x.html.jpg');
    expect(withEnding('x.JPEG', ['jpg', 'jpeg'])).toBe('x.JPEG');
    expect(withEnding('x.csv', [])).toBe('x.csv');
  });
  test('no name of a stranger leaves its header, is hidden, or is too long', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (given) => {
        const name = safeFileName(given);
        expect(name).not.toMatch(/[/\\\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
        expect(name.startsWith('.')).toBe(false);
        expect(contentDisposition('attachment', name)).toMatch(
          /^attachment(; filename="[\x20-\x7e]*"; filename\*=UTF-8''[\w.~%!$&+^`|-]*)?$/,
        );
        expect(contentDisposition('attachment', name).length).toBeLessThan(2_000);
      }),
    );
  });
});

describe('ranges', () => {
  test.each([
    ['bytes=0-0', { start: 0, end: 0 }],
    ['bytes=5-', { start: 5, end: 99 }],
    ['bytes=-10', { start: 90, end: 99 }],
    ['bytes=-1000', { start: 0, end: 99 }],
    ['bytes=90-1000', { start: 90, end: 99 }],
    ['bytes=100-', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=9-5', undefined],
    ['bytes=-', undefined],
    ['items=0-5', undefined],
    ['bytes=0-1,5-9', undefined],
    [`bytes=${'0-1,'.repeat(10_000)}0-1`, undefined],
    ['bytes=99999999999999999999-', undefined],
    [undefined, undefined],
  ])('%s', (header, expected) => {
    expect(readRange(header, 100)).toEqual(expected);
  });
  test('what is given is always inside the file', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 20 }), fc.nat(50), (text, size) => {
        const range = readRange(`bytes=${text}`, size);
        if (range === undefined || range === 'unsatisfiable') return true;
        return range.start >= 0 && range.start <= range.end && range.end < size;
      }),
    );
  });
});

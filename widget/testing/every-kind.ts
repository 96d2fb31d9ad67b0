import type { Media, Message } from '../../server/contract/wire.ts';
import { aPicture, aWaveform } from './files.ts';
import { aMessage } from './rows.ts';

export function aFile(change: Partial<Media> = {}): Media {
  return {
    id: 1,
    state: 'stored',
    mime: 'image/png',
    size: 240_000,
    fileName: '',
    seconds: null,
    width: null,
    height: null,
    waveform: null,
    thumbnail: null,
    hasSmall: false,
    animated: false,
    ...change,
  };
}

const anna = { contactId: 11, name: 'Anna Bianchi', phone: '393331234567' };
const ivo = { contactId: 12, name: 'Иво Петров', phone: '79161234567' };
const lena = { contactId: 13, name: '', phone: '4915112345678' };

/** A group in which every kind of Message has been written, oldest first; the last at `until`. */
export function everyKind(chatId: number, firstId: number, until: number): Message[] {
  const small = (hue: number): string => aPicture(24, 18, hue).toString('base64');
  const rows: Partial<Message>[] = [
    { type: 'system', content: { system: { what: 'created', actor: '393331234567@c.us' } } },
    {
      type: 'system',
      content: {
        system: {
          what: 'added',
          actor: '393331234567@c.us',
          people: ['79161234567@c.us', '4915112345678@c.us'],
        },
      },
    },
    {
      sender: anna,
      body: '*Viewing on Friday* at the _Harbour flat_, ~15:00~ 16:00.\n> The owner asks for an hour\n- two bedrooms\n- sea view\n1. bring the `keys`\n2. ask about https://example.com/offers/harbour and пример.рф',
      reactions: [
        { emoji: '👍', fromUs: true, name: '', contactId: null },
        { emoji: '👍', fromUs: false, name: 'Иво Петров', contactId: 12 },
        { emoji: '❤️', fromUs: false, name: 'Lena', contactId: 13 },
      ],
    },
    { sender: anna, body: '```\nstatus   open\nprice    240 000\n```', forwarded: 1 },
    {
      sender: ivo,
      body: '@393331234567 спасибо! Буду вовремя 🙌',
      mentions: [{ digits: '393331234567', name: 'Anna Bianchi', contactId: 11 }],
    },
    { fromMe: true, ack: 3, body: 'Perfect, see you both there', editedAt: until, starred: true },
    {
      fromMe: true,
      ack: 2,
      body: 'Yes, an hour is fine.',
      quoted: {
        id: firstId + 2,
        messageId: `M${firstId + 2}`,
        type: 'text',
        body: '*Viewing on Friday* at the Harbour flat',
        fromMe: false,
        name: 'Anna Bianchi',
        revoked: false,
      },
      quotedMessageId: `M${firstId + 2}`,
    },
    { sender: anna, type: 'image', media: aFile({ id: 101, width: 1200, height: 900, thumbnail: small(0) }) },
    {
      sender: ivo,
      type: 'image',
      body: 'The kitchen, *new*',
      media: aFile({ id: 102, width: 900, height: 1400, thumbnail: small(2) }),
    },
    {
      fromMe: true,
      ack: 4,
      type: 'image',
      media: aFile({
        id: 103,
        state: 'remote',
        width: 1200,
        height: 800,
        thumbnail: small(4),
        size: 1_840_000,
      }),
    },
    {
      sender: anna,
      type: 'image',
      media: aFile({ id: 104, state: 'gone', width: 1200, height: 800, thumbnail: small(1) }),
    },
    {
      sender: anna,
      type: 'video',
      media: aFile({
        id: 105,
        mime: 'video/mp4',
        width: 1280,
        height: 720,
        seconds: 73,
        thumbnail: small(3),
        size: 9_300_000,
      }),
    },
    { sender: ivo, type: 'image', media: aFile({ id: 106, state: 'fetching', width: 800, height: 600 }) },
    {
      sender: ivo,
      type: 'voice',
      media: aFile({ id: 107, mime: 'audio/wav', seconds: 14, waveform: aWaveform(), size: 31_000 }),
    },
    {
      fromMe: true,
      ack: 4,
      type: 'voice',
      media: aFile({ id: 108, mime: 'audio/wav', seconds: 7, waveform: aWaveform(), size: 14_000 }),
    },
    {
      sender: anna,
      type: 'audio',
      media: aFile({
        id: 109,
        mime: 'audio/mpeg',
        seconds: 201,
        fileName: 'City guide, chapter 1.mp3',
        size: 3_400_000,
      }),
    },
    {
      sender: anna,
      type: 'document',
      media: aFile({
        id: 110,
        mime: 'application/pdf',
        fileName: 'Contract of sale, Harbour flat, final version 3.pdf',
        size: 482_000,
      }),
    },
    {
      fromMe: true,
      ack: 1,
      type: 'document',
      body: 'Prices of *spring*',
      media: aFile({
        id: 111,
        mime: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
        fileName: 'Prices.xlsx',
        size: 18_200,
      }),
    },
    { sender: lena, type: 'sticker', media: aFile({ id: 112, width: 512, height: 512 }) },
    {
      sender: anna,
      type: 'location',
      content: {
        location: {
          latitude: 45.4408,
          longitude: 12.3155,
          name: 'Caffè del Porto',
          address: 'Fondamenta Nuove 12, Venezia',
        },
      },
    },
    {
      sender: ivo,
      type: 'location',
      content: { location: { latitude: 45.4371, longitude: 12.3326, live: true } },
    },
    {
      sender: anna,
      type: 'contact-card',
      content: {
        cards: [
          { name: 'Marco Rossi', phones: ['+39 333 765 4321', '041 555 0192'] },
          { name: 'Notaio Verdi', phones: ['390415550123'] },
        ],
      },
    },
    {
      sender: ivo,
      type: 'poll',
      content: {
        poll: {
          question: 'Which day suits you?',
          options: ['Friday 16:00', 'Saturday 10:00', 'Another day'],
          several: true,
        },
      },
    },
    {
      sender: anna,
      type: 'invitation',
      body: 'Saturday riders',
      content: {
        invitation: {
          group: '120363099887766554@g.us',
          name: 'Saturday riders',
          text: 'Come along, we meet at nine!',
          until: until + 3 * 86_400_000,
        },
      },
    },
    {
      sender: anna,
      body: 'Look: https://example.com/harbour',
      content: {
        link: {
          url: 'https://www.example.com/harbour',
          title: 'Harbour flat, 84 m², sea view',
          description:
            'Two bedrooms on the third floor, ten minutes from the station; lift, balcony and a cellar.',
        },
      },
    },
    { sender: anna, type: 'call', content: { call: { video: false, missed: true } } },
    { sender: anna, type: 'call', content: { call: { video: true, missed: false, seconds: 250 } } },
    { sender: anna, type: 'image', content: { viewOnce: true } },
    { sender: ivo, type: 'waiting' },
    { sender: ivo, type: 'unknown' },
    { sender: anna, body: 'gone', revokedAt: until },
    {
      type: 'system',
      content: { system: { what: 'subject', actor: '393331234567@c.us', text: 'Harbour flat' } },
    },
    { sender: ivo, body: '🎉' },
    {
      sender: anna,
      body: 'And this one?',
      quoted: {
        id: firstId + 7,
        messageId: `M${firstId + 7}`,
        type: 'image',
        body: '',
        fromMe: false,
        name: 'Anna Bianchi',
        revoked: false,
      },
      quotedMessageId: `M${firstId + 7}`,
      forwarded: 2,
    },
  ];
  return rows.map((row, index) =>
    aMessage({
      id: firstId + index,
      chatId,
      at: until - (rows.length - 1 - index) * 90_000,
      body: '',
      ...row,
    }),
  );
}

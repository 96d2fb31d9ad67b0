import { describe, expect, test } from 'vitest';
import type { MessageEvent } from '../../contract/engine-event.ts';
import { decodeEvent } from './decode.ts';

/** NOWEB and GOWS tell messages as WhatsApp's protocol spells them. */
const chat = '15551230001@c.us';
const lid = '99998888777766@lid';
const jpeg = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), Buffer.alloc(300, 1)]);

function noweb(message: object, more: object = {}, payload: object = {}): MessageEvent {
  const events = decodeEvent({
    event: 'message',
    session: 'org1',
    payload: {
      id: `false_${chat}_3EB0C1D2`,
      timestamp: 1_795_235_082,
      from: chat,
      fromMe: false,
      to: null,
      body: null,
      hasMedia: false,
      media: null,
      _data: { key: { remoteJid: chat, fromMe: false, id: '3EB0C1D2' }, message, ...more },
      ...payload,
    },
  });
  const event = events.find((one) => one.kind === 'message');
  if (!event) throw new Error('no message');
  return event;
}

describe('files', () => {
  const fileSha256 = { type: 'Buffer', data: Array.from({ length: 32 }, () => 5) };
  const image = {
    mimetype: 'image/jpeg',
    caption: 'our shop',
    fileLength: { low: 2048, high: 0, unsigned: true },
    width: 800,
    height: 600,
    jpegThumbnail: { type: 'Buffer', data: [...jpeg] },
    fileSha256,
  };
  const media = {
    mime: 'image/jpeg',
    size: 2048,
    width: 800,
    height: 600,
    thumbnail: jpeg.toString('base64'),
    sha256: Buffer.alloc(32, 5).toString('base64'),
  };

  test('an image; sizes beyond 4 GiB keep their upper half', () => {
    expect(noweb({ imageMessage: image })).toMatchObject({ type: 'image', body: 'our shop', media });
    const large = { ...image, fileLength: { low: -1, high: 1 } };
    expect(noweb({ imageMessage: large }).media!.size).toBe(2 ** 33 - 1);
    expect(noweb({ imageMessage: { ...image, fileLength: '77' } }).media!.size).toBe(77);
  });

  test('what WAHA keeps, and the way to it', () => {
    const url = 'http://localhost:3000/api/files/org1/3EB0C1D2.jpg';
    const kept = { url, mimetype: 'image/jpeg', filename: null, error: null };
    const told = noweb({ imageMessage: image }, {}, { hasMedia: true, media: kept });
    expect(told.media).toEqual({ ...media, reference: JSON.stringify({ session: 'org1', url }) });
    const s3 = { Bucket: 'b', Key: 'org1/x.jpg' };
    const stored = noweb({ imageMessage: image }, {}, { hasMedia: true, media: { ...kept, s3 } });
    expect(JSON.parse(stored.media!.reference!)).toEqual({ s3, session: 'org1', url });
  });

  test('what WAHA has not got, or could not get, may be asked for again', () => {
    const reference = '{"session":"org1"}';
    expect(noweb({ imageMessage: image }, {}, { hasMedia: true }).media).toEqual({ ...media, reference });
    const failed = noweb({ imageMessage: image }, {}, { hasMedia: true, media: { error: { message: 'x' } } });
    expect(failed.media).toEqual({ ...media, reference, gone: true });
  });

  test('an address that is none of the web is no way', () => {
    for (const url of ['file:///etc/passwd', 'javascript:1', 'x', `http://a/${'y'.repeat(3_000)}`, 7]) {
      const told = noweb({ imageMessage: image }, {}, { hasMedia: true, media: { url } });
      expect(told.media!.reference).toBe('{"session":"org1"}');
    }
  });

  test.each([
    ['videoMessage', { mimetype: 'video/mp4', seconds: 3 }, 'video'],
    ['ptvMessage', { mimetype: 'video/mp4' }, 'video'],
    ['audioMessage', { mimetype: 'audio/ogg; codecs=opus', ptt: true, seconds: 3 }, 'voice'],
    ['audioMessage', { mimetype: 'audio/ogg; codecs=opus', PTT: true }, 'voice'],
    ['audioMessage', { mimetype: 'audio/mpeg' }, 'audio'],
    ['documentMessage', { mimetype: 'application/pdf', fileName: 'a.pdf' }, 'document'],
    ['stickerMessage', { mimetype: 'image/webp', isAnimated: true }, 'sticker'],
  ])('%s %o', (key, part, type) => {
    expect(noweb({ [key]: part })).toMatchObject({ type, media: { mime: part.mimetype } });
  });

  test('inside envelopes: a caption on a document, a message that will disappear', () => {
    const document = { documentMessage: { mimetype: 'application/pdf', fileName: 'a.pdf', caption: 'cap' } };
    const wrapped = { ephemeralMessage: { message: { documentWithCaptionMessage: { message: document } } } };
    expect(noweb(wrapped)).toMatchObject({ type: 'document', body: 'cap', media: { fileName: 'a.pdf' } });
  });

  test('to be opened once: said so, and no way to its file', () => {
    for (const message of [
      { viewOnceMessageV2: { message: { imageMessage: image } } },
      { viewOnceMessageV2Extension: { message: { audioMessage: { mimetype: 'audio/ogg', ptt: true } } } },
      { imageMessage: { ...image, viewOnce: true } },
    ]) {
      const told = noweb(message, {}, { hasMedia: true, media: { url: 'http://a/api/files/x' } });
      expect(told.content).toMatchObject({ viewOnce: true });
      expect(told).not.toHaveProperty('media');
    }
  });

  test('bars of a voice note in base64', () => {
    const waveform = Buffer.from(Array.from({ length: 64 }, () => 50)).toString('base64');
    const told = noweb({ audioMessage: { mimetype: 'audio/ogg', ptt: true, waveform } });
    expect(told.media!.waveform).toBe(waveform);
  });
});

describe('content', () => {
  test('a place, and one that moves', () => {
    const place = { degreesLatitude: 45.4, degreesLongitude: 9.1, name: 'Duomo', address: 'Milano' };
    expect(noweb({ locationMessage: place })).toMatchObject({
      type: 'location',
      content: { location: { latitude: 45.4, longitude: 9.1, name: 'Duomo', address: 'Milano' } },
    });
    expect(noweb({ liveLocationMessage: place }).content!.location!.live).toBe(true);
  });

  test('contact cards', () => {
    const vcard = 'BEGIN:VCARD\nFN:Bob\nTEL:+1 555\nEND:VCARD';
    const cards = [{ name: 'Bob', phones: ['+1 555'] }];
    const one = noweb({ contactMessage: { displayName: 'Bob', vcard } });
    expect(one).toMatchObject({ type: 'contact-card', body: 'Bob', content: { cards } });
    const many = noweb({ contactsArrayMessage: { contacts: [{ vcard }, { vcard }] } });
    expect(many.content!.cards).toEqual([...cards, ...cards]);
  });

  test('an invitation into a group, without the code that lets one in', () => {
    const invite = {
      groupJid: '120363099887766554@g.us',
      groupName: 'Saturday  riders',
      inviteCode: 'UHJ3YXRlc2FiYXRv',
      inviteExpiration: { low: 1_800_000_000, high: 0, unsigned: false },
      caption: 'Come along?',
      jpegThumbnail: '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBD',
    };
    const told = noweb({ groupInviteMessage: invite });
    const invitation = {
      group: '120363099887766554@g.us',
      name: 'Saturday riders',
      text: 'Come along?',
      until: 1_800_000_000_000,
      picture: invite.jpegThumbnail,
    };
    expect(told).toMatchObject({ type: 'invitation', body: 'Saturday riders' });
    expect(told.content).toEqual({ invitation });
    expect(JSON.stringify(told)).not.toContain(invite.inviteCode);
    const odd = noweb({ groupInviteMessage: { ...invite, groupJid: 'x@c.us', inviteExpiration: '0' } });
    expect(odd).toMatchObject({ type: 'invitation' });
    expect(odd.content).toBeUndefined();
  });

  test('a poll', () => {
    const poll = { name: 'When?', options: [{ optionName: 'Mon' }, { optionName: 'Tue' }] };
    expect(noweb({ pollCreationMessageV3: { ...poll, selectableOptionsCount: 1 } })).toMatchObject({
      type: 'poll',
      body: 'When?',
      content: { poll: { question: 'When?', options: ['Mon', 'Tue'], several: false } },
    });
    expect(
      noweb({ pollCreationMessage: { ...poll, selectableOptionsCount: 0 } }).content!.poll!.several,
    ).toBe(true);
  });

  test('a link, a reply, mentions, how often it was passed on', () => {
    const told = noweb({
      extendedTextMessage: {
        text: 'see https://example.com',
        matchedText: 'https://example.com',
        title: 'Example',
        contextInfo: {
          stanzaId: '3EB0AA',
          participant: '15551230001:7@s.whatsapp.net',
          quotedMessage: { imageMessage: { mimetype: 'image/jpeg', caption: 'cap' } },
          mentionedJid: [lid],
          isForwarded: true,
          forwardingScore: 6,
        },
      },
    });
    expect(told).toMatchObject({
      type: 'text',
      body: 'see https://example.com',
      quotedMessageId: '3EB0AA',
      forwarded: 2,
      content: {
        link: { url: 'https://example.com/', title: 'Example' },
        quoted: { body: 'cap', type: 'image', sender: chat },
        mentions: [lid],
      },
    });
  });

  test('GOWS: the same under names of its own', () => {
    const message = {
      extendedTextMessage: {
        text: 'yes',
        contextInfo: { stanzaID: '3EB0AA', quotedMessage: { conversation: 'well?' }, mentionedJID: [lid] },
      },
    };
    expect(noweb({}, { message: undefined, Message: message })).toMatchObject({
      body: 'yes',
      quotedMessageId: '3EB0AA',
      content: { quoted: { body: 'well?', type: 'text' }, mentions: [lid] },
    });
  });

  test('WAHA’s own copy of what is answered', () => {
    const replyTo = { id: '3EB0AA', participant: chat, body: 'well?', _data: { conversation: 'well?' } };
    expect(noweb({ conversation: 'yes' }, {}, { replyTo, body: 'yes' })).toMatchObject({
      quotedMessageId: '3EB0AA',
      content: { quoted: { body: 'well?', type: 'text', sender: chat } },
    });
  });

  test('a call that is over', () => {
    const call = { isVideo: true, callOutcome: 0, durationSecs: '12' };
    expect(noweb({ callLogMesssage: call })).toMatchObject({
      type: 'call',
      content: { call: { video: true, missed: false, seconds: 12 } },
    });
  });
});

test('bookkeeping is no message', () => {
  for (const key of ['protocolMessage', 'reactionMessage', 'pollUpdateMessage', 'pinInChatMessage']) {
    expect(() => noweb({ [key]: { key: {} } })).toThrow('no message');
  }
});

test('one that cannot be opened yet', () => {
  expect(noweb({}, { messageStubType: 2 })).toMatchObject({ type: 'waiting', body: '' });
});

import { describe, expect, test } from 'vitest';
import { customer, family, member, ours, pageModel, tellings, type PageModel } from './testing-dress.ts';

const jpeg = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(600, 7)]).toString('base64');
const digest = Buffer.alloc(32, 9).toString('base64');
const file = { directPath: '/v/t62', mimetype: 'image/jpeg', size: 2048, filehash: digest };

/** Both dialects say this of the model. */
function expectBoth(model: PageModel, expected: object): void {
  for (const { dialect, event } of tellings(model)) expect(event, dialect).toMatchObject(expected);
}
/** Parts that neither dialect may tell. */
function expectNeither(model: PageModel, ...parts: string[]): void {
  for (const { dialect, event } of tellings(model)) {
    for (const part of parts) expect(event, `${dialect} ${part}`).not.toHaveProperty(part);
  }
}

describe('files: facts beside the message, never its bytes', () => {
  test('an image: caption, measures, digest, small picture', () => {
    const model = pageModel('image', { ...file, body: jpeg, caption: 'our shop', width: 800, height: 600 });
    expectBoth(model, {
      type: 'image',
      body: 'our shop',
      media: { mime: 'image/jpeg', size: 2048, width: 800, height: 600, sha256: digest, thumbnail: jpeg },
    });
  });

  test('without a caption the text is empty, not the picture', () => {
    for (const more of [file, { mimetype: 'image/jpeg' }]) {
      const model = pageModel('image', { ...more, body: jpeg });
      expectBoth(model, { type: 'image', body: '' });
    }
  });

  test('a video, and one that is a GIF', () => {
    const clip = { ...file, mimetype: 'video/mp4', duration: '12', body: jpeg };
    expectBoth(pageModel('video', clip), {
      type: 'video',
      body: '',
      media: { mime: 'video/mp4', seconds: 12 },
    });
    expectBoth(pageModel('video', { ...clip, isGif: true }), { media: { animated: true } });
  });

  test('a voice note with the loudness that WhatsApp gives, in whatever way it travels', () => {
    const loud = Array.from({ length: 64 }, (_, bar) => bar);
    const expected = Buffer.from(loud).toString('base64');
    const ways = [loud, { ...loud }, { type: 'Buffer', data: loud }, expected];
    for (const waveform of ways) {
      const model = pageModel('ptt', { ...file, mimetype: 'audio/ogg; codecs=opus', duration: 7, waveform });
      expectBoth(model, {
        type: 'voice',
        body: '',
        media: { mime: 'audio/ogg; codecs=opus', seconds: 7, waveform: expected },
      });
    }
  });

  test('a waveform of another length is drawn in 64 bars, of other values not beyond 100', () => {
    const model = pageModel('ptt', { ...file, waveform: [0, 250] });
    const [first] = tellings(model);
    const bars = Buffer.from(first!.event.media!.waveform!, 'base64');
    expect([bars.length, bars[0], bars[31], bars[32], bars[63]]).toEqual([64, 0, 0, 100, 100]);
    for (const waveform of ['no base64!', [], [1, 'x'], { a: 1 }, Array.from({ length: 2_000 }, () => 1)]) {
      for (const { event } of tellings(pageModel('ptt', { ...file, waveform }))) {
        expect(event.media).not.toHaveProperty('waveform');
      }
    }
  });

  test('audio', () => {
    expectBoth(pageModel('audio', { ...file, mimetype: 'audio/mpeg', duration: 60 }), {
      type: 'audio',
      media: { mime: 'audio/mpeg', seconds: 60 },
    });
  });

  test('a document: its name; a caption of somebody’s, but not its own name again', () => {
    const pdf = { ...file, mimetype: 'application/pdf', filename: 'offer.pdf', body: jpeg };
    expectBoth(pageModel('document', { ...pdf, caption: 'as discussed', isCaptionByUser: true }), {
      type: 'document',
      body: 'as discussed',
      media: { fileName: 'offer.pdf', mime: 'application/pdf' },
    });
    expectBoth(pageModel('document', { ...pdf, caption: 'offer.pdf' }), { body: '' });
  });

  test('a sticker, still and moving', () => {
    const sticker = { ...file, mimetype: 'image/webp', width: 512, height: 512 };
    expectBoth(pageModel('sticker', sticker), { type: 'sticker', media: { mime: 'image/webp', width: 512 } });
    expectBoth(pageModel('sticker', { ...sticker, isAnimated: true }), { media: { animated: true } });
  });

  test('a small picture over 12 KiB, or no JPEG, is left out and not cut', () => {
    const large = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), Buffer.alloc(12 * 1024)]).toString(
      'base64',
    );
    const png = Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47]), Buffer.alloc(300)]).toString('base64');
    for (const body of [large, png, '/9j/ not base64 ???']) {
      for (const { event } of tellings(pageModel('image', { ...file, body }))) {
        expect(event.media).toMatchObject({ mime: 'image/jpeg' });
        expect(event.media).not.toHaveProperty('thumbnail');
        expect(event.body).toBe('');
      }
    }
  });

  test('to be opened once: said so, and no way to its file', () => {
    const model = pageModel('image', { ...file, body: jpeg, isViewOnce: true, caption: 'psst' });
    expectBoth(model, { type: 'image', content: { viewOnce: true } });
    expectNeither(model, 'media');
  });

  test('to be opened once, of which only the word has come', () => {
    const model = pageModel('ciphertext', { subtype: 'view_once_unavailable_fanout' });
    expectBoth(model, { type: 'waiting', body: '', content: { viewOnce: true } });
  });

  test('an album has no file of its own', () => {
    expectNeither(pageModel('album', { body: '' }), 'media');
  });
});

describe('content', () => {
  test('a place: name and address; the map’s small picture is no text', () => {
    const place = { lat: 45.4642, lng: 9.19, loc: 'Duomo\nPiazza del Duomo, Milano', body: jpeg };
    expectBoth(pageModel('location', place), {
      type: 'location',
      body: 'Duomo\nPiazza del Duomo, Milano',
      content: {
        location: { latitude: 45.4642, longitude: 9.19, name: 'Duomo', address: 'Piazza del Duomo, Milano' },
      },
    });
    expectBoth(pageModel('location', { lat: -33.9, lng: 18.4, body: jpeg }), {
      body: '',
      content: { location: { latitude: -33.9, longitude: 18.4 } },
    });
  });

  test('a place that moves; one that is nowhere', () => {
    expectBoth(pageModel('live_location', { lat: 1, lng: 2, body: '' }), {
      content: { location: { live: true } },
    });
    for (const lat of [91, Number.NaN, 'north', null]) {
      expectNeither(pageModel('location', { lat, lng: 2, body: '' }), 'content');
    }
  });

  const card = (name: string, digits: string): string =>
    `BEGIN:VCARD\nVERSION:3.0\nFN:${name}\nTEL;waid=${digits}:+${digits}\nEND:VCARD`;

  test('a contact card: the person, not the card, is the text', () => {
    expectBoth(pageModel('vcard', { body: card('Bob', '15551239999'), vcardFormattedName: 'Bob' }), {
      type: 'contact-card',
      body: 'Bob',
      content: { cards: [{ name: 'Bob', phones: ['+15551239999'] }] },
    });
  });

  test('several contact cards', () => {
    const vcardList = ['Bob', 'Carol'].map((name, index) => ({ vcard: card(name, `1555123000${index}`) }));
    expectBoth(pageModel('multi_vcard', { vcardList, body: undefined }), {
      type: 'contact-card',
      body: 'Bob, Carol',
      content: { cards: [{ name: 'Bob' }, { name: 'Carol' }] },
    });
  });

  test('a poll, of one answer and of several', () => {
    const poll = {
      pollName: 'When?',
      pollOptions: [
        { name: 'Mon', localId: 0 },
        { name: 'Tue', localId: 1 },
      ],
    };
    for (const [pollSelectableOptionsCount, several] of [
      [1, false],
      [0, true],
    ]) {
      expectBoth(pageModel('poll_creation', { ...poll, pollSelectableOptionsCount }), {
        type: 'poll',
        body: 'When?',
        content: { poll: { question: 'When?', options: ['Mon', 'Tue'], several } },
      });
    }
  });

  test('an invitation into a group, in the page’s names; one that was used holds until no day', () => {
    const invite = {
      inviteGrp: '120363099887766554@g.us',
      inviteGrpName: 'Saturday riders',
      inviteCode: 'UHJ3YXRlc2FiYXRv',
      inviteCodeExp: 1_800_000_000,
      comment: 'Come along?',
    };
    const invitation = {
      group: invite.inviteGrp,
      name: 'Saturday riders',
      text: 'Come along?',
      until: 1_800_000_000_000,
    };
    const about = { type: 'invitation', body: 'Saturday riders' };
    expectBoth(pageModel('groups_v4_invite', invite), { ...about, content: { invitation } });
    const { until: _until, ...used } = invitation;
    expectBoth(pageModel('groups_v4_invite', { ...invite, inviteCodeExp: 0 }), {
      ...about,
      content: { invitation: used },
    });
  });

  test('the preview of a link', () => {
    const link = {
      body: 'see example.com/a',
      title: 'Example',
      description: 'About',
      matchedText: 'example.com/a',
    };
    expectBoth(pageModel('chat', link), {
      body: 'see example.com/a',
      content: { link: { url: 'https://example.com/a', title: 'Example', description: 'About' } },
    });
    for (const matchedText of ['javascript:alert(1)', 'https://user:pw@example.com', 'ftp://x', '']) {
      expectNeither(pageModel('chat', { ...link, matchedText }), 'content');
    }
  });

  test('a call that was missed, one that was taken', () => {
    expectBoth(pageModel('call_log', { isVideoCall: true, callOutcome: 'Missed', body: '' }), {
      type: 'call',
      body: '',
      content: { call: { video: true, missed: true } },
    });
    const taken = { isVideoCall: false, callOutcome: 'Connected', callDuration: 65 };
    expectBoth(pageModel('call_log', taken), {
      content: { call: { video: false, missed: false, seconds: 65 } },
    });
    expectBoth(pageModel('call_log', {}, { fromMe: true }), { content: { call: { missed: false } } });
  });

  test('a reply: which message, and a copy of what it said', () => {
    const reply = { body: 'yes', quotedStanzaID: '3EB0AA', quotedParticipant: ours };
    expectBoth(pageModel('chat', { ...reply, quotedMsg: { type: 'chat', body: 'shall we?' } }), {
      quotedMessageId: '3EB0AA',
      content: { quoted: { body: 'shall we?', type: 'text', sender: ours, fromMe: true } },
    });
    expectBoth(
      pageModel('chat', { ...reply, quotedParticipant: customer, quotedMsg: { type: 'chat', body: 'x' } }),
      {
        content: { quoted: { fromMe: false, sender: customer } },
      },
    );
  });

  test('a reply to a picture copies its caption, and never the picture', () => {
    const reply = { body: 'nice', quotedStanzaID: '3EB0AA', quotedParticipant: customer };
    expectBoth(pageModel('chat', { ...reply, quotedMsg: { type: 'image', body: jpeg, caption: 'cap' } }), {
      content: { quoted: { type: 'image', body: 'cap' } },
    });
    for (const { event } of tellings(
      pageModel('chat', { ...reply, quotedMsg: { type: 'image', body: jpeg } }),
    )) {
      expect(event.content!.quoted).not.toHaveProperty('body');
    }
  });

  test('who is mentioned, each once and at most fifty', () => {
    const mentionedJidList = [
      customer,
      { server: 'lid', user: '99998888777766', _serialized: member },
      customer,
      family,
      7,
    ];
    expectBoth(pageModel('chat', { body: '@1 @9', mentionedJidList }, { chat: family, author: member }), {
      sender: member,
      content: { mentions: [customer, member] },
    });
    const crowd = Array.from({ length: 80 }, (_, index) => `1555${1_000_000 + index}@c.us`);
    for (const { event } of tellings(pageModel('chat', { body: 'all', mentionedJidList: crowd }))) {
      expect(event.content!.mentions).toHaveLength(50);
    }
  });

  test('passed on, once and many times', () => {
    expectBoth(pageModel('chat', { body: 'x', isForwarded: true, forwardingScore: 1 }), { forwarded: 1 });
    expectBoth(pageModel('chat', { body: 'x', isForwarded: true, forwardingScore: 5 }), { forwarded: 2 });
    expectNeither(pageModel('chat', { body: 'x', forwardingScore: 0 }), 'forwarded');
  });

  test('a star', () => {
    expectBoth(pageModel('chat', { body: 'x', star: true }), { starred: true });
    expectNeither(pageModel('chat', { body: 'x' }), 'starred');
  });

  test('one that was edited, one that was taken back', () => {
    expectBoth(pageModel('chat', { body: 'new', latestEditSenderTimestampMs: 1_795_235_085_123 }), {
      body: 'new',
      editedAt: 1_795_235_085_123,
    });
    const gone = pageModel('revoked', { body: 'old words', caption: 'old words' });
    expectBoth(gone, { revoked: true, body: '' });
    expectNeither(gone, 'content', 'media');
  });

  test('a kind nobody has heard of is a placeholder, its picture no text', () => {
    expectBoth(pageModel('product', { body: jpeg, title: 'Shoe' }), { type: 'unknown', body: '' });
    expectBoth(pageModel('hologram', { body: 'words' }), { type: 'unknown', body: 'words' });
  });

  test('no part is larger than it may be', () => {
    const long = 'x'.repeat(100_000);
    const model = pageModel('poll_creation', {
      pollName: long,
      pollOptions: Array.from({ length: 90 }, () => ({ name: long })),
      quotedStanzaID: '3EB0AA',
      quotedMsg: { type: 'chat', body: `${'😀'.repeat(400)}` },
    });
    for (const { event } of tellings(model)) {
      expect(event.body).toHaveLength(65_536);
      expect(event.content!.poll!.question).toHaveLength(1_000);
      expect(event.content!.poll!.options).toHaveLength(50);
      expect(JSON.stringify(event.content).length).toBeLessThan(20_000);
      expect(event.content!.quoted!.body!.isWellFormed()).toBe(true);
    }
  });
});

import type { WorldSeed } from './shapes.ts';
/** People for the demo. `now` in seconds. */
export const demoSeed = (now: number): WorldSeed => ({
  people: [
    {
      id: 'giulia',
      phone: '393331234567@c.us',
      lid: '45677788899911@lid',
      name: 'Giulia Rossi',
      pushName: 'Giulia',
    },
  ],
  messages: [{ chat: '393331234567@c.us', body: 'Buongiorno!', t: now - 3600 }],
});

import { demoHistory } from './seed-history.ts';
import type { WorldSeed } from './shapes.ts';

/**
 * The phone of a small repair shop in Rome and its customers: names to try languages with, somebody whose number
 * is hidden until learnt, a group, unread messages, and weeks of history behind the newest page. `now` in seconds.
 */
export const demoSeed = (now: number = Math.floor(Date.now() / 1000)): WorldSeed => ({
  me: { phone: '390659991234@c.us', lid: '11112222333344@lid', pushName: 'Bottega Aurora' },
  people: [
    {
      id: 'giulia',
      phone: '393331234567@c.us',
      lid: '45677788899911@lid',
      name: 'Giulia Rossi',
      pushName: 'Giulia',
      picture: '/p/portrait-1.jpg',
      autoReplyMs: 2000,
    },
    {
      id: 'marco',
      phone: '393478812043@c.us',
      name: 'Marco Bianchi',
      pushName: 'Marco B.',
      picture: '/p/portrait-2.jpg',
    },
    {
      id: 'anna',
      phone: '79161234567@c.us',
      name: 'Анна Смирнова',
      pushName: 'Анна',
      picture: '/p/portrait-3.jpg',
    },
    { id: 'dmitry', phone: '79037654321@c.us', name: 'Дмитрий Орлов', pushName: 'Дмитрий', receipts: false },
    { id: 'emma', phone: '447700900123@c.us', name: 'Emma Clarke', pushName: 'Emma 🌿' },
    { id: 'james', phone: '447700900456@c.us', pushName: 'James' },
    {
      id: 'luca',
      phone: '393209876543@c.us',
      name: 'Luca Ferrari',
      pushName: 'Luca',
      picture: '/p/portrait-4.jpg',
    },
    { id: 'sofia', phone: '393385550011@c.us', name: 'Sofia Conti', pushName: 'Sofia ✨' },
    {
      id: 'hidden',
      phone: '393401112223@c.us',
      lid: '98765432109876@lid',
      pushName: 'Elena',
      numberHidden: true,
    },
    { id: 'new', phone: '393920001122@c.us', pushName: 'Paolo', stranger: true },
    { id: 'new-uk', phone: '447700900789@c.us', pushName: 'Olivia', stranger: true },
    { id: 'new-ru', phone: '79261112233@c.us', pushName: 'Игорь', stranger: true },
  ],
  chats: [
    {
      id: '120363041234567890@g.us',
      subject: 'Fornitori Aurora',
      picture: '/p/portrait-5.jpg',
      participants: ['390659991234@c.us', '393209876543@c.us', '393478812043@c.us'],
      t: now - 5 * 3600,
    },
    { id: '393331234567@c.us', unread: 2, pinned: true },
    { id: '79161234567@c.us', unread: 1 },
    { id: '98765432109876@lid', unread: 2 },
  ],
  messages: demoHistory(now),
});

import { example } from './kinds.ts';
import type { SeedMessage } from './shapes.ts';

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

const giulia = '393331234567@c.us';
const marco = '393478812043@c.us';
const anna = '79161234567@c.us';
const dmitry = '79037654321@c.us';
const emma = '447700900123@c.us';
const james = '447700900456@c.us';
const luca = '393209876543@c.us';
const sofia = '393385550011@c.us';
const elena = '98765432109876@lid';
const suppliers = '120363041234567890@g.us';

/** A talk that begins at `t` (seconds) and goes on every few minutes. Lines that begin with `>` are ours. */
function talk(chat: string, t: number, lines: string[], everySeconds = 4 * minute): SeedMessage[] {
  return lines.map((line, index) => {
    const fromMe = line.startsWith('>');
    return { chat, fromMe, body: fromMe ? line.slice(1).trim() : line, t: t + index * everySeconds };
  });
}

/** What a regular customer and the shop have said to each other on one earlier day. */
const weekly: string[][] = [
  [
    'Buongiorno, avete la bici pronta?',
    '> Buongiorno Giulia! Sì, può passare quando vuole',
    'Perfetto, vengo alle 17',
    '> Ottimo, a dopo',
  ],
  [
    'Ciao, quanto costa cambiare i freni?',
    '> 45 € con i pattini compresi',
    'Va bene, la porto domani',
    '> La aspettiamo 🙂',
  ],
  ['Siete aperti sabato?', '> Sì, dalle 9 alle 13', 'Grazie mille'],
  [
    'Il cambio fa di nuovo rumore 😕',
    '> La porti pure, lo regoliamo gratis',
    'Gentilissimi!',
    '> Ci mancherebbe',
  ],
  [
    'Avete caschi da bambino?',
    '> Tre modelli, le mando i prezzi: 29 €, 35 € e 49 €',
    'Prendo quello da 35',
    '> Gliene metto uno da parte',
  ],
];

/** Weeks of history, oldest pages of which come only by asking for earlier messages. `now` in seconds. */
export function demoHistory(now: number): SeedMessage[] {
  const weeks = Array.from({ length: 20 }, (_, index) => 20 - index);
  const older = weeks.flatMap((ago) =>
    talk(giulia, now - ago * 2 * day - 3 * hour, weekly[ago % weekly.length] ?? []),
  );
  return [
    ...older,
    ...talk(giulia, now - day - 2 * hour, [
      'Buongiorno! Vorrei prenotare il tagliando',
      '> Buongiorno Giulia, giovedì alle 10 va bene?',
      'Giovedì benissimo',
      '> Segnato ✅',
    ]),
    ...talk(giulia, now - 12 * minute, [
      'Scusate, posso spostare a venerdì?',
      'Anche nel pomeriggio va bene 🙏',
    ]),
    ...talk(marco, now - 9 * day, ['Avete ricevuto le gomme da 28?', '> Arrivano martedì', 'Ok avvisami']),
    { chat: marco, body: 'Ecco la fattura', sample: 'invoice', fromMe: true, t: now - 3 * day },
    ...talk(marco, now - 2 * day - 4 * hour, [
      '> Ciao Marco, le gomme sono arrivate',
      'Grande! Passo in settimana',
      '> 👍',
    ]),
    ...talk(anna, now - 6 * day, [
      'Здравствуйте! Вы сдаёте велосипеды напрокат?',
      '> Здравствуйте, Анна! Да, 15 € в день, шлем и замок входят',
      'Отлично, нам нужно два на выходные',
      '> Забронировал два на субботу и воскресенье',
      'Спасибо!',
    ]),
    ...talk(anna, now - 47 * minute, ['Подскажите, пожалуйста, во сколько вы открываетесь в субботу?']),
    ...talk(dmitry, now - 3 * day, [
      'Добрый день, счёт получил',
      '> Отлично, Дмитрий, ждём оплату до пятницы',
      'Оплатил сегодня',
    ]),
    ...talk(emma, now - 5 * day, [
      "Hi! I'm in Rome next week, could you check my gravel bike?",
      '> Of course, bring it on Monday after 2 pm',
      'Brilliant. Do you take cards?',
      '> Cards and cash, both fine',
    ]),
    { chat: emma, body: 'This is the bike', sample: 'photo', t: now - 4 * day },
    { chat: emma, body: '', sample: 'voice', t: now - 4 * day + 2 * minute },
    { chat: emma, body: '', ...example('location'), t: now - 4 * day + 9 * minute },
    ...talk(emma, now - 5 * hour, ['Just landed 🛬 see you Monday!', '> Welcome to Rome! See you then']),
    ...talk(james, now - 26 * hour, [
      'Hello, is this the bike shop near the Pantheon?',
      '> Yes! Via dei Coronari 12',
    ]),
    ...talk(luca, now - 11 * day, ['Il bonifico è partito', '> Ricevuto, grazie Luca']),
    ...talk(sofia, now - 8 * hour, ['Ho lasciato una recensione ⭐⭐⭐⭐⭐', '> Grazie di cuore Sofia!']),
    ...talk(elena, now - 2 * hour, [
      'Buonasera, vi scrivo dall’annuncio',
      'La bici blu è ancora disponibile?',
    ]),
    { chat: suppliers, author: luca, body: 'Domani consegna alle 8:30', t: now - 6 * hour },
    { chat: suppliers, author: marco, body: 'Io ci sono', t: now - 6 * hour + 5 * minute },
    { chat: suppliers, fromMe: true, body: 'Perfetto, apro io', t: now - 5 * hour },
  ];
}

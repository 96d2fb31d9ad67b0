import { forms } from './it-forms.ts';
import type { ListDictionary } from './text.ts';

export const listIt: ListDictionary = {
  doing_typing: 'sta scrivendo…',
  doing_recording: 'sta registrando un vocale…',
  doing_online: 'online',
  lastSeenToday: 'ultimo accesso oggi alle {time}',
  lastSeenYesterday: 'ultimo accesso ieri alle {time}',
  lastSeenDay: 'ultimo accesso {day} alle {time}',
  namesNumber: 'Ti menzionano',
  namesMeInNote: 'Un collega ti menziona in una nota',
  sortBy: 'Ordine',
  sortIs: 'Ordine: {name}',
  sort_newest: 'Prima le più recenti',
  sort_waiting: 'Prima chi aspetta di più',
  waitingNow: 'in attesa',
  waitingMinutes: forms('in attesa da {n} min', 'in attesa da {n} min'),
  waitingHours: forms('in attesa da {n} h', 'in attesa da {n} h'),
  waitingDays: forms('in attesa da {n} giorno', 'in attesa da {n} giorni'),
  waitingSince: 'Aspetta una risposta da {time}',
  actSettle: 'Non serve rispondere',
  actUnsettle: 'Una risposta serve ancora',
  lastReacted: 'Ha reagito con {emoji} a: {what}',
  lastReactedBy: '{name} ha reagito con {emoji} a: {what}',
  lastReactedUs: 'Hai reagito con {emoji} a: {what}',
};

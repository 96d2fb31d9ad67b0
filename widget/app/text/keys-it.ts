import type { keysEn } from './keys-en.ts';

export const keysIt: Record<keyof typeof keysEn, string> = {
  keyChange: '{what}: {keys}. Cambia',
  keyNone: 'Nessuno',
  keyPress: 'Premi i nuovi tasti',
  keyOff: 'Senza tasti',
  keyUsual: 'Come al solito: {keys}',
  keyTaken: '{keys} significa già: {what}',
  keyAgainst_widget: '{keys} ha già un significato negli elenchi e nei campi del widget.',
  keyAgainst_page: '{keys} appartiene al CRM.',
  keyAgainst_browser: '{keys} appartiene al browser.',
  keysReset: 'Torna ai tasti usuali',
  keysLead: 'Premi i tasti di una riga per sceglierne altri. Funzionano solo quando il widget ha il focus.',
  key_revoke: 'Elimina il messaggio',
};

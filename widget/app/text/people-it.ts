import type { PeopleDictionary } from './text.ts';

export const peopleIt: PeopleDictionary = {
  searchContacts: 'Cerca persone o numeri',
  contactsEmptyTitle: 'Ancora nessuna persona',
  contactsEmptyLead: 'Qui compaiono le persone con cui scrivi. Inizia con un numero.',
  contactsFailed: 'Non è stato possibile caricare le persone.',
  startTitle: 'Inizia una chat con un numero',
  startGo: 'Scrivi',
  startChecking: 'Verifica…',
  business: 'Business',
};

import type { ComposerDictionary } from './text.ts';

export const composerIt: ComposerDictionary = {
  category: 'Categoria',
  categoryAll: 'Tutte',
  categoryNone: 'Senza categoria',
  categoryShow: 'Mostra',
  categoryKeys: 'Pag↑ Pag↓ categoria',
  categoryRename: 'Rinomina la categoria: {name}',
  categoryName: 'Nome della categoria',
  categoryEmpty: 'Se resta vuoto, le sue risposte restano senza categoria.',
  recordStop: 'Ferma e ascolta',
  recordHear: 'La tua registrazione',
  recordReady: 'Registrato, {time}. Ascolta o invia.',
  noteAskTitle: 'La vedono solo i tuoi colleghi.',
  noteAskLead: 'Non va mai su WhatsApp. Premi di nuovo Invio o ✓ per salvarla.',
  recordInsecure:
    'I browser concedono il microfono solo alle pagine https. Chiedi a chi gestisce questo sito.',
  recordUnable: 'Questo browser non può registrare messaggi vocali.',
  linkOffer: 'Anteprima del link',
  linkOfferAway: 'Invia senza anteprima',
  linkOfferCame: 'Anteprima del link: {title}',
};

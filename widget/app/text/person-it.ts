import type { PersonDictionary } from './text.ts';

export const personIt: PersonDictionary = {
  actPerson: 'Info contatto',
  personTitle: 'Info contatto',
  mutedUntil: 'Silenziata fino al {time}',
  blocked: 'Bloccato',
  blockedLead: 'Hai bloccato questo contatto: quello che scrive non arriva.',
  actBlock: 'Blocca',
  actUnblock: 'Sblocca',
  blockSure:
    'Bloccare {name}? Quello che scrive non arriverà più, nemmeno ai tuoi colleghi, finché non lo sblocchi.',
  blockGo: 'Blocca',
  onWhatsApp: 'Su WhatsApp',
  notOnWhatsApp: 'Non su WhatsApp',
  sharedTitle: 'Media, documenti e link',
  shared_media: 'Media',
  shared_documents: 'Documenti',
  shared_links: 'Link',
  sharedNone_media: 'Ancora nessuna foto o video',
  sharedNone_documents: 'Ancora nessun documento',
  sharedNone_links: 'Ancora nessun link',
  sharedFailed: 'Non è stato possibile caricare.',
  sharedMore: 'Mostra i precedenti',
  sharedJump: '{what}, {time}. Vai al messaggio',
  sharedOpen: 'Apri {link}',
};

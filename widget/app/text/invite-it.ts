import type { InviteDictionary } from './text.ts';

export const inviteIt: InviteDictionary = {
  inviteFrom: '{name} ti invita in un gruppo',
  inviteFromUs: 'Inviti in un gruppo',
  inviteUntil: 'Vale fino al {when}',
  inviteOver: 'L’invito è scaduto. Chiedine uno nuovo.',
  inviteJoin: 'Entra nel gruppo',
  inviteJoining: 'Ingresso in corso…',
  inviteLead: 'I membri vedranno questo numero.',
  inviteOpen: 'Apri il gruppo',
  inviteLink: 'Link d’invito',
  inviteLinkShow: 'Mostra il link d’invito',
  inviteLinkAsking: 'Chiedo a WhatsApp…',
  inviteLinkLead: 'Chi lo ha può entrare nel gruppo. Qui non viene conservato.',
  inviteLinkNone: 'WhatsApp non dà il link a questo numero.',
};

import type { InviteDictionary } from './text.ts';

export const inviteRu: InviteDictionary = {
  inviteFrom: '{name} приглашает вас в группу',
  inviteFromUs: 'Вы приглашаете в группу',
  inviteUntil: 'Действует до {when}',
  inviteOver: 'Приглашение больше не действует. Попросите новое.',
  inviteJoin: 'Вступить в группу',
  inviteJoining: 'Вступаем…',
  inviteLead: 'Участники увидят этот номер.',
  inviteOpen: 'Открыть группу',
  inviteLink: 'Ссылка-приглашение',
  inviteLinkShow: 'Показать ссылку-приглашение',
  inviteLinkAsking: 'Спрашиваем WhatsApp…',
  inviteLinkLead: 'По ней в группу вступит любой, у кого она есть. Здесь она не хранится.',
  inviteLinkNone: 'WhatsApp не даёт ссылку этому номеру.',
};

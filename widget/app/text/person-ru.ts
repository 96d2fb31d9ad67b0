import type { PersonDictionary } from './text.ts';

export const personRu: PersonDictionary = {
  actPerson: 'Данные контакта',
  personTitle: 'Данные контакта',
  mutedUntil: 'Без звука до {time}',
  blocked: 'Заблокирован',
  blockedLead: 'Вы заблокировали этот контакт: его сообщения не приходят.',
  actBlock: 'Заблокировать',
  actUnblock: 'Разблокировать',
  blockSure:
    'Заблокировать {name}? Сообщения от этого контакта не будут приходить ни вам, ни коллегам, пока вы его не разблокируете.',
  blockGo: 'Заблокировать',
  onWhatsApp: 'Есть в WhatsApp',
  notOnWhatsApp: 'Нет в WhatsApp',
  sharedTitle: 'Медиа, документы и ссылки',
  shared_media: 'Медиа',
  shared_documents: 'Документы',
  shared_links: 'Ссылки',
  sharedNone_media: 'Пока нет фото и видео',
  sharedNone_documents: 'Пока нет документов',
  sharedNone_links: 'Пока нет ссылок',
  sharedFailed: 'Не удалось загрузить.',
  sharedMore: 'Показать более ранние',
  sharedJump: '{what}, {time}. Перейти к сообщению',
  sharedOpen: 'Открыть {link}',
};

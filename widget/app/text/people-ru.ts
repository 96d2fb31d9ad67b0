import type { PeopleDictionary } from './text.ts';

export const peopleRu: PeopleDictionary = {
  searchContacts: 'Имя или номер',
  contactsEmptyTitle: 'Контактов пока нет',
  contactsEmptyLead: 'Здесь появятся ваши собеседники. Начните с номера.',
  contactsFailed: 'Не удалось загрузить контакты.',
  startTitle: 'Новый чат по номеру',
  startGo: 'Написать',
  startChecking: 'Проверяем…',
  business: 'Бизнес',
};

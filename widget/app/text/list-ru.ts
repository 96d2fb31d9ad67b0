import type { ListDictionary } from './text.ts';

export const listRu: ListDictionary = {
  doing_typing: 'печатает…',
  doing_recording: 'записывает голосовое…',
  doing_online: 'в сети',
  namesNumber: 'Вас упомянули',
  namesMeInNote: 'Коллега упомянул вас в заметке',
  sortBy: 'Порядок',
  sortIs: 'Порядок: {name}',
  sort_newest: 'Сначала новые',
  sort_waiting: 'Сначала кто дольше ждёт',
  waitingNow: 'ждёт',
  waitingMinutes: {
    one: 'ждёт {n} мин',
    few: 'ждёт {n} мин',
    many: 'ждёт {n} мин',
    other: 'ждёт {n} мин',
  },
  waitingHours: { one: 'ждёт {n} ч', few: 'ждёт {n} ч', many: 'ждёт {n} ч', other: 'ждёт {n} ч' },
  waitingDays: { one: 'ждёт {n} день', few: 'ждёт {n} дня', many: 'ждёт {n} дней', other: 'ждёт {n} дня' },
  waitingSince: 'Ждёт ответа с {time}',
  actSettle: 'Ответ не нужен',
  actUnsettle: 'Ответ всё-таки нужен',
  lastReacted: 'Реакция {emoji} на: {what}',
  lastReactedBy: '{name}: реакция {emoji} на: {what}',
  lastReactedUs: 'Ваша реакция {emoji} на: {what}',
};

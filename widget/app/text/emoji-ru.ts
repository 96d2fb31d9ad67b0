import type { EmojiDictionary } from './text.ts';

export const emojiRu: EmojiDictionary = {
  emoji: 'Эмодзи',
  emojiSearch: 'Поиск эмодзи',
  emojiNone: 'Ничего не найдено.',
  emojiRecent: 'Недавние',
  emoji_smileys: 'Лица',
  emoji_people: 'Жесты и люди',
  emoji_nature: 'Природа',
  emoji_food: 'Еда и напитки',
  emoji_things: 'Работа и поездки',
  emoji_signs: 'Сердца и знаки',
  emojiTone: 'Цвет кожи',
  emojiTone_0: 'Жёлтый',
  emojiTone_1: 'Светлый',
  emojiTone_2: 'Довольно светлый',
  emojiTone_3: 'Средний',
  emojiTone_4: 'Довольно тёмный',
  emojiTone_5: 'Тёмный',
  emojiLike: 'Эмодзи с таким названием',
};

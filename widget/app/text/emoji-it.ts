import type { EmojiDictionary } from './text.ts';

export const emojiIt: EmojiDictionary = {
  emoji: 'Emoji',
  emojiSearch: 'Cerca emoji',
  emojiNone: 'Nessuna emoji corrisponde.',
  emojiRecent: 'Recenti',
  emoji_smileys: 'Faccine',
  emoji_people: 'Mani e persone',
  emoji_nature: 'Natura',
  emoji_food: 'Cibo e bevande',
  emoji_things: 'Lavoro e viaggi',
  emoji_signs: 'Cuori e simboli',
  emojiTone: 'Tonalità della pelle',
  emojiTone_0: 'Gialla',
  emojiTone_1: 'Chiara',
  emojiTone_2: 'Medio-chiara',
  emojiTone_3: 'Media',
  emojiTone_4: 'Medio-scura',
  emojiTone_5: 'Scura',
  emojiLike: 'Emoji con questo nome',
};

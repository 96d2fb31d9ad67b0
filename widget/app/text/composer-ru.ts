import type { ComposerDictionary } from './text.ts';

export const composerRu: ComposerDictionary = {
  category: 'Категория',
  categoryAll: 'Все',
  categoryNone: 'Без категории',
  categoryShow: 'Показать',
  categoryKeys: 'PgUp PgDn категория',
  categoryRename: 'Переименовать категорию: {name}',
  categoryName: 'Название категории',
  categoryEmpty: 'Если оставить пустым, ответы останутся без категории.',
  recordStop: 'Остановить и прослушать',
  recordHear: 'Ваша запись',
  recordReady: 'Записано, {time}. Прослушайте или отправьте.',
  noteAskTitle: 'Это увидят только коллеги.',
  noteAskLead: 'В WhatsApp заметка не уйдёт. Нажмите Enter или ✓ ещё раз, чтобы сохранить.',
  recordInsecure: 'Браузеры дают микрофон только страницам с https. Обратитесь к тому, кто ведёт этот сайт.',
  recordUnable: 'Этот браузер не умеет записывать голосовые сообщения.',
  linkOffer: 'Предпросмотр ссылки',
  linkOfferAway: 'Отправить без предпросмотра',
  linkOfferCame: 'Предпросмотр ссылки: {title}',
};

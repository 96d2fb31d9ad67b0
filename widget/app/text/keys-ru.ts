import type { keysEn } from './keys-en.ts';

export const keysRu: Record<keyof typeof keysEn, string> = {
  keyChange: '{what}: {keys}. Изменить',
  keyNone: 'Нет',
  keyPress: 'Нажмите новые клавиши',
  keyOff: 'Без клавиш',
  keyUsual: 'Как обычно: {keys}',
  keyTaken: '{keys} уже занято: {what}',
  keyAgainst_widget: '{keys} уже действует во всех списках и полях виджета.',
  keyAgainst_page: '{keys} принадлежит CRM вокруг.',
  keyAgainst_browser: '{keys} принадлежит браузеру.',
  keysReset: 'Вернуть обычные клавиши',
  keysLead: 'Нажмите на клавиши в строке, чтобы выбрать другие. Они действуют, только пока фокус в виджете.',
  key_revoke: 'Удалить сообщение',
};

import type { standEn } from './stand-en.ts';

export const standRu: Record<keyof typeof standEn, string> = {
  setStand: 'Окно',
  setStandLead:
    'Перетаскивайте его за верх, размер меняйте за края. Ручка на нём делает то же стрелками, и эти места есть в её меню.',
  standHandle: 'Место и размер окна',
  standFloat: 'Стрелки двигают, Shift и стрелки меняют размер, Enter открывает меню',
  standDock: 'Стрелки влево и вправо меняют ширину, Enter открывает меню',
  stand_float: 'Поверх страницы',
  stand_left: 'У левого края',
  stand_right: 'У правого края',
  standReset: 'Обычные размер и место',
};

import type { codeEn } from './code-en.ts';

export const codeRu: Record<keyof typeof codeEn, string> = {
  secondFactor: 'Код из приложения-аутентификатора',
  codeHint: 'Шесть цифр или один из резервных кодов.',
  codeWrong: 'Код не подходит. Дождитесь следующего и попробуйте снова.',
};

import type { codeEn } from './code-en.ts';

export const codeIt: Record<keyof typeof codeEn, string> = {
  secondFactor: 'Codice dell’app di autenticazione',
  codeHint: 'Sei cifre, o uno dei codici di recupero.',
  codeWrong: 'Il codice non va bene. Aspetta il prossimo e riprova.',
};

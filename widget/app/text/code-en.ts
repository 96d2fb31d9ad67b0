/** English texts of the second factor; they come with those of the settings. */
export const codeEn = {
  secondFactor: 'Code of your authenticator app',
  codeHint: 'Six digits, or one of your recovery codes.',
  codeWrong: 'This code does not fit. Wait for the next one and try again.',
} as const;

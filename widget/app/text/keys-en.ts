/** English texts of choosing shortcuts; they come with those of the settings. */
export const keysEn = {
  keyChange: '{what}: {keys}. Change',
  keyNone: 'Off',
  keyPress: 'Press the new keys',
  keyOff: 'No keys',
  keyUsual: 'As usual: {keys}',
  keyTaken: '{keys} already means: {what}',
  keyAgainst_widget: '{keys} has its meaning in every list and field of this widget.',
  keyAgainst_page: '{keys} belongs to the CRM around.',
  keyAgainst_browser: '{keys} belongs to the browser.',
  keysReset: 'Back to the usual keys',
  keysLead: 'Press the keys of a line to choose others. They work only while the widget has the focus.',
  key_revoke: 'Delete the message',
} as const;

/** English texts around what is being written: groups of canned replies, a recording, notes, links. Part of {@link talkEn}. */
export const composerEn = {
  category: 'Category',
  categoryAll: 'All',
  categoryNone: 'Without a category',
  categoryShow: 'Show',
  categoryKeys: 'PgUp PgDn category',
  categoryRename: 'Rename the category: {name}',
  categoryName: 'Name of the category',
  categoryEmpty: 'Left empty, its replies stand without one.',
  recordStop: 'Stop and listen',
  recordHear: 'Your recording',
  recordReady: 'Recorded, {time}. Listen to it or send it.',
  noteAskTitle: 'Only your colleagues see this.',
  noteAskLead: 'It never goes to WhatsApp. Press Enter or ✓ again to save it.',
  recordInsecure: 'Browsers lend the microphone only to pages with https. Ask whoever runs this site.',
  recordUnable: 'This browser cannot record voice messages.',
} as const;

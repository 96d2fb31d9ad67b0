/** English texts of the people one may write to. Part of {@link talkEn}. */
export const peopleEn = {
  searchContacts: 'Search people or numbers',
  contactsEmptyTitle: 'No people yet',
  contactsEmptyLead: 'People you chat with appear here. Start with a number.',
  contactsFailed: 'The people could not be loaded.',
  startTitle: 'Start a chat by number',
  startGo: 'Write',
  startChecking: 'Checking…',
  business: 'Business',
} as const;

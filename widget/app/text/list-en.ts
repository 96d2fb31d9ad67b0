/** English texts of what the list of Chats says beyond its first look. Part of {@link talkEn}. */
export const listEn = {
  doing_typing: 'typing…',
  doing_recording: 'recording a voice note…',
  doing_online: 'online',
  namesNumber: 'You are mentioned',
  namesMeInNote: 'A colleague mentions you in a note',
  sortBy: 'Order',
  sortIs: 'Order: {name}',
  sort_newest: 'Newest first',
  sort_waiting: 'Longest waiting first',
  waitingNow: 'waiting',
  waitingMinutes: { one: 'waiting {n} min', other: 'waiting {n} min' },
  waitingHours: { one: 'waiting {n} h', other: 'waiting {n} h' },
  waitingDays: { one: 'waiting {n} day', other: 'waiting {n} days' },
  waitingSince: 'Waiting for an answer since {time}',
  actSettle: 'No answer needed',
} as const;

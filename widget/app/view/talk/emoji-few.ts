/** What people answer with most. */
export const quickEmoji = ['👍', '❤️', '😂', '😮', '😢', '🙏'];

/** Line drawings of 24 × 24 for what comes to the list of Chats after the first open. */
export const listPaths = {
  sort: 'M4 7h9M4 12h6.500M4 17h4M17 6v12M13.500 14.500L17 18l3.500-3.500',
} as const;

/** How long, in ms, it is believed that an Agent is looking at a Chat. Apart from the schemas: the widget carries none. */
export const viewingMs = 60_000;
/** Whoever goes on looking says so this often, ms. */
export const viewingEveryMs = 25_000;

/** How long, in ms, it is believed that an Agent is writing. Apart from the schemas: the widget carries none. */
export const replyingMs = 6_000;

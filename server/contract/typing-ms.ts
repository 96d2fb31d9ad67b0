/** So long somebody is believed to type or record who was last said to, ms; WhatsApp repeats it more often than that. */
export const typingMs = 20_000;

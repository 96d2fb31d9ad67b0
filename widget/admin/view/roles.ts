/** From the one who may least. */
export const roles = ['agent', 'supervisor', 'admin'] as const;

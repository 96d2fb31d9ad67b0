/** Files a world has at hand, one of each kind WhatsApp knows. */
export type SampleName = 'photo' | 'clip' | 'voice' | 'tune' | 'invoice' | 'sticker';

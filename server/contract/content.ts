import { z } from 'zod';
import type { Address } from './address.ts';
import { longestAddress } from './web-address.ts';

/**
 * What a Message holds beside its text and its file. Every part is optional and read on its own, so that a source that
 * tells only of some takes nothing from another. Sizes are bounded where foreign data is decoded.
 */
export const messageContent = z.object({
  location: z
    .object({
      latitude: z.number(),
      longitude: z.number(),
      name: z.string().optional(),
      address: z.string().optional(),
      /** Shared for a while; WhatsApp Web does not tell where it moved. */
      live: z.boolean().optional(),
    })
    .optional(),
  cards: z.array(z.object({ name: z.string(), phones: z.array(z.string()) })).optional(),
  poll: z
    .object({ question: z.string(), options: z.array(z.string()), several: z.boolean().optional() })
    .optional(),
  /** The preview WhatsApp made of a link in the text. */
  link: z
    .object({ url: z.string(), title: z.string().optional(), description: z.string().optional() })
    .optional(),
  system: z
    .object({
      /** WhatsApp's own word is kept where this list has none: shown as a plain "group changed". */
      what: z.enum([
        'created',
        'joined',
        'added',
        'left',
        'removed',
        'promoted',
        'demoted',
        'subject',
        'picture',
        'description',
        'number-changed',
        'security-code',
        'disappearing',
        'other',
      ]),
      actor: z.string().optional(),
      people: z.array(z.string()).optional(),
      text: z.string().optional(),
    })
    .optional(),
  call: z.object({ video: z.boolean(), missed: z.boolean(), seconds: z.number().optional() }).optional(),
  /** Into a group. The code that lets one in stays with the engine. */
  invitation: z
    .object({
      /** The group's Address. */
      group: z.string(),
      /** What the group was called; '' when not told. */
      name: z.string(),
      /** What was written with it. */
      text: z.string().optional(),
      /** Milliseconds: it lets one in until then. */
      until: z.number().optional(),
      /** Base64 of a small JPEG. */
      picture: z.string().optional(),
    })
    .optional(),
  /** To be opened once, and only on the phone. */
  viewOnce: z.boolean().optional(),
  /** People named in the text as `@digits`: their Addresses. */
  mentions: z.array(z.string()).optional(),
  /** A copy of the start of the quoted Message, for when that one is not here. */
  quoted: z
    .object({
      body: z.string().optional(),
      type: z.string().optional(),
      sender: z.string().optional(),
      fromMe: z.boolean().optional(),
    })
    .optional(),
});
export type MessageContent = z.infer<typeof messageContent>;

/** What is shown of a page a text of ours leads to: words alone. */
export const givenLink = z.object({
  url: z.string().min(1).max(longestAddress).describe('as it stands in the text'),
  title: z.string().trim().min(1).max(200).optional(),
  description: z.string().trim().min(1).max(1_000).optional(),
});
export type GivenLink = z.infer<typeof givenLink>;

/** A poll as WhatsApp takes it: 2 to 12 different options. */
export const newPoll = z.object({
  question: z.string().trim().min(1).max(255),
  options: z
    .array(z.string().trim().min(1).max(100))
    .min(2)
    .max(12)
    .refine((options) => new Set(options).size === options.length, 'No option twice'),
  several: z.boolean().default(false).describe('whether one may choose more than one'),
});
export type NewPoll = z.infer<typeof newPoll>;

/** The file of a Message as its source describes it. Bytes never travel with a Message. */
export interface MediaFacts {
  /** As claimed by the sender; '' when not told. */
  mime: string;
  /** Bytes. */
  size?: number;
  fileName?: string;
  seconds?: number;
  width?: number;
  height?: number;
  /** Loudness of a voice note as WhatsApp draws it: 64 values 0…100, base64 of the bytes. */
  waveform?: string;
  /** A small JPEG, base64, at most 12 KiB. */
  thumbnail?: string;
  /** SHA-256 of the plain file, base64, as WhatsApp gives it. */
  sha256?: string;
  /** What the engine or dialect needs to fetch the file, opaque to everybody else; JSON. */
  reference?: string;
  /** The source says that the file cannot be had any more. */
  gone?: boolean;
  animated?: boolean;
}

/** Which message of a Chat a verb is about, spelt the way engines need it. */
export interface MessageHandle {
  chat: Address;
  messageId: string;
  fromMe: boolean;
  /** The member who wrote it, in groups. */
  participant?: Address;
}

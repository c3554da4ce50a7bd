import { z } from 'zod'

/** How bytes are framed on a line: Modbus RTU and Modbus ASCII (also over TCP), Modbus TCP (MBAP header), M-Bus link layer. */
export type Framing = 'rtu' | 'ascii' | 'mbap' | 'mbus'

/** A serial Modbus bus, of our own or behind a gateway: one request at a time, no transaction number. */
export const isSerialModbus = (framing: Framing): boolean => framing === 'rtu' || framing === 'ascii'

/**
 * One thing that happened on a line, as the tape keeps it. `monotonicMs` has fractions of a millisecond and never goes back; both times
 * are those at which this program handed bytes over or got them.
 */
export const tapeFrameSchema = z.object({
  kind: z.literal('frame'),
  /** Grows by one with every entry of the line; a hole means that entries were dropped. */
  seq: z.number(),
  atMs: z.number(),
  monotonicMs: z.number(),
  firstMonotonicMs: z.number(),
  direction: z.enum(['sent', 'received']),
  hex: z.string(),
})
export const tapeEventSchema = z.object({
  kind: z.literal('event'),
  seq: z.number(),
  atMs: z.number(),
  monotonicMs: z.number(),
  event: z.enum(['connected', 'disconnected', 'late-reply', 'stray']),
  unit: z.number().nullable(),
  /** Why it was disconnected, how many bytes were stray; '' where there is nothing to say. */
  detail: z.string(),
})
export const tapeEntrySchema = z.discriminatedUnion('kind', [tapeFrameSchema, tapeEventSchema])
export type TapeFrame = Readonly<z.infer<typeof tapeFrameSchema>>
export type TapeEvent = Readonly<z.infer<typeof tapeEventSchema>>
export type TapeEntry = TapeFrame | TapeEvent

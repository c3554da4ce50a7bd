/**
 * The envelopes that cross a link, whatever carries it. Both sides check every envelope they receive; the server also parses
 * every input with its contract entry. Unknown keys are refused, so a frame of another version never half-works. An input or a value may
 * hold bytes (`Uint8Array`, bytes.ts); how they cross is the link's own affair (bytes-frame.ts).
 */
import { z } from 'zod'

/** v2: bytes, flows; a client that speaks another number is told to reload. */
export const contractVersion = 2

const frameId = z
  .number()
  .int()
  .min(0)
  .max(2 ** 31)
const name = z.string().max(100)
const message = z.string().max(4000)
const siteId = z.string().max(100)

export const clientFrameSchema = z.discriminatedUnion('type', [
  /**
   * First frame of a page, and of every turn to another site: all frames after it are for that site, and every subscription of before ends.
   * `site`: the one it wants to be answered by; null or left out: the one the program shows by itself.
   */
  z.strictObject({ type: z.literal('hello'), contractVersion: z.number().int(), site: siteId.nullable().optional() }),
  z.strictObject({ type: z.literal('call'), id: frameId, method: name, input: z.unknown() }),
  z.strictObject({ type: z.literal('subscribe'), id: frameId, stream: name, input: z.unknown() }),
  /** Begins a flow; its values come as pushes. */
  z.strictObject({ type: z.literal('pull'), id: frameId, flow: name, input: z.unknown() }),
  /** Ends a subscription or a flow from this side. */
  z.strictObject({ type: z.literal('unsubscribe'), id: frameId }),
  /** Pushes of this subscription or flow taken so far: what tells the server how far the page is behind, on any transport. */
  z.strictObject({ type: z.literal('got'), id: frameId, count: z.number().int().min(1) }),
])
export type ClientFrame = z.infer<typeof clientFrameSchema>

export const serverFrameSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('hello'),
    contractVersion: z.number().int(),
    role: z.enum(['viewer', 'operator']),
    name: z.string(),
    /** Which site answers from here on, another than the wanted one where that is not open; null: none. Left out for a page that named none. */
    site: siteId.nullable().optional(),
  }),
  z.strictObject({ type: z.literal('result'), id: frameId, value: z.unknown() }),
  /** An expected no, meant to be read by a person. */
  z.strictObject({ type: z.literal('refused'), id: frameId, message }),
  /** A bad frame (id null when it had none) or a bug in a handler. */
  z.strictObject({ type: z.literal('error'), id: frameId.nullable(), message }),
  z.strictObject({ type: z.literal('push'), id: frameId, count: z.number().int().min(1), value: z.unknown() }),
  /** The subscription is over and will push no more. */
  z.strictObject({ type: z.literal('ended'), id: frameId, message }),
  /** The flow is whole. */
  z.strictObject({ type: z.literal('done'), id: frameId }),
  /** The link is about to be closed, and why. */
  z.strictObject({ type: z.literal('goodbye'), message }),
])
export type ServerFrame = z.infer<typeof serverFrameSchema>

/** One line for a person: "limitA: expected number, received string". */
export const describeIssues = (error: z.ZodError): string =>
  error.issues
    .slice(0, 4)
    .map((issue) => (issue.path.length > 0 ? `${issue.path.map(String).join('.')}: ${issue.message}` : issue.message))
    .join('; ')

export const clip = (text: string, length = 4000): string =>
  text.length > length ? `${text.slice(0, length - 1)}…` : text

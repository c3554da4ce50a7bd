import { z } from 'zod'
import { bytesSchema } from './bytes.ts'
import { command, flow } from './define.ts'

/** Files on their way to a person (fetch) and from one (receive), in pieces, with progress; each end can stop them at any time. */

/** Small enough for a link's smallest limit of a frame (1 MiB from a page), large enough to cost little. Editable assumption. */
export const pieceBytes = 256 * 1024

/** A file inside the file, e.g. of a zip. */
export const innerFileSchema = z.object({ name: z.string(), bytes: z.number(), sha256: z.string() })
export type InnerFile = Readonly<z.infer<typeof innerFileSchema>>

export const fetchPieceSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('begin'), fileName: z.string(), mediaType: z.string() }),
  /** While nothing comes for a while: what is being done, and how much of it, 0 to 1; null: unknown. */
  z.object({ kind: z.literal('progress'), text: z.string(), share: z.number().nullable() }),
  /** `at`: how many bytes came before. */
  z.object({
    kind: z.literal('bytes'),
    at: z.number(),
    bytes: bytesSchema(pieceBytes),
    text: z.string(),
    share: z.number().nullable(),
  }),
  z.object({ kind: z.literal('end'), size: z.number(), sha256: z.string(), files: z.array(innerFileSchema) }),
])
export type FetchPiece = Readonly<z.infer<typeof fetchPieceSchema>>

export const receivePieceSchema = z.discriminatedUnion('kind', [
  /** There is room: send the bytes with `transfer.send`, one piece after another. */
  z.object({ kind: z.literal('begin') }),
  /** So many came so far; now and then. */
  z.object({ kind: z.literal('progress'), bytes: z.number() }),
  /** All came and were taken; `text`: what became of them, for a person. */
  z.object({ kind: z.literal('end'), size: z.number(), sha256: z.string(), text: z.string() }),
])

export const transferContract = {
  /** The file behind a ticket that another method gave. A ticket works once, and not for long. */
  'transfer.fetch': flow(z.strictObject({ ticket: z.uuid() }), fetchPieceSchema),
  /**
   * Takes a file of `size` bytes for a purpose of the program, as long as this flow lives. `transferId` is made by the client (UUID).
   * Refused for a viewer, for a purpose nobody has, and for more bytes than that takes.
   */
  'transfer.receive': flow(
    z.strictObject({
      transferId: z.uuid(),
      purpose: z.string().max(80),
      fileName: z.string().trim().min(1).max(255),
      size: z.number().int().min(0),
    }),
    receivePieceSchema,
  ),
  /** The next bytes of a file that is being received: answered when they were taken. */
  'transfer.send': command(
    z.strictObject({ transferId: z.uuid(), at: z.number().int().min(0), bytes: bytesSchema(pieceBytes) }),
    z.object({ next: z.number() }),
  ),
} as const

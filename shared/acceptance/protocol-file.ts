import { z } from 'zod'
import { runSchema } from './run.ts'

/** The machine-readable file of a protocol: the run, and the hash of the content of every other file beside it. */
export const protocolFormat = 'tripscope-acceptance-protocol'
export const protocolFileSchema = z.object({
  format: z.literal(protocolFormat),
  version: z.literal(1),
  run: runSchema,
  /** SHA-256 of each document as it is, so that one that was taken out of the file can be checked too. */
  files: z.array(z.object({ name: z.string(), bytes: z.number(), sha256: z.string() })),
})
export type ProtocolFile = Readonly<z.infer<typeof protocolFileSchema>>
export const protocolNames = {
  json: 'protocol.json',
  html: 'protocol.html',
  pdf: 'protocol.pdf',
  site: 'site.yaml',
} as const

const endings = { 'image/jpeg': 'jpg', 'image/png': 'png', 'image/webp': 'webp' } as const
export const photoName = ({
  id,
  mediaType,
}: {
  readonly id: string
  readonly mediaType: keyof typeof endings
}): string => `photos/${id}.${endings[mediaType]}`

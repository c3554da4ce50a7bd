import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { DeckNote } from '../../../shared/api/deck-contract.ts'
import { sealFileName, sealFormat, sealVersion, signedText, type SealedSpan } from '../../core/report/seal.ts'
import { isSignedBy } from '../signer.ts'
import { directoryOf } from '../zip/canonical-directory.ts'
import type { Bytes, ZipEntry } from '../zip/zip-directory.ts'
import { partJson } from './parts.ts'

const sealSchema = z.object({
  format: z.literal(sealFormat),
  version: z.literal(sealVersion),
  spans: z
    .array(
      z.object({ name: z.string(), at: z.number().int().min(0), bytes: z.number().int().min(0), sha256: z.string() }),
    )
    .max(5000),
  publicKey: z.string().nullable(),
  signature: z.string().nullable(),
})

const chunkBytes = 1024 * 1024
const bad = (part: string, text: string): DeckNote => ({ tone: 'alarm', part, text })

const hashOf = async (bytes: Bytes, { at, bytes: length }: SealedSpan): Promise<string> => {
  const hash = createHash('sha256')
  for (let done = 0; done < length; done += chunkBytes) {
    const chunk = await bytes.read(at + done, Math.min(chunkBytes, length - done))
    if (chunk.length === 0) break
    hash.update(chunk)
  }
  return hash.digest('hex')
}

/** First characters of a key's hash, for a person to compare two files by. */
export const keyName = (publicKey: string): string =>
  createHash('sha256')
    .update(publicKey)
    .digest('hex')
    .slice(0, 16)
    .replace(/(.{4})(?=.)/g, '$1-')

/** Parts must follow each other without a gap from the first byte to the seal. */
const isWhole = (spans: readonly SealedSpan[], sealAt: number): boolean => {
  let at = 0
  for (const span of spans) {
    if (span.at !== at) return false
    at += span.bytes
  }
  return at === sealAt
}

/** Checks the bytes of a snapshot as they lie in the file against its seal: whatever was changed is named. */
export const checkSeal = async (
  bytes: Bytes,
  entries: readonly ZipEntry[],
  onShare: (share: number) => void,
): Promise<readonly DeckNote[]> => {
  const notes: DeckNote[] = []
  let value: unknown
  try {
    value = await partJson(bytes, entries, sealFileName)
  } catch (error) {
    return [
      bad(
        sealFileName,
        `It can't be read (${String(error)}): whether other parts were changed shows only in their own sums.`,
      ),
    ]
  }
  const parsed = sealSchema.safeParse(value)
  if (!parsed.success) return [bad(sealFileName, 'It is missing or no seal: the file was changed after it was made.')]
  const { spans, publicKey, signature } = parsed.data
  const sealAt = entries.find(({ name }) => name === sealFileName)?.offset ?? 0
  if (!isWhole(spans, sealAt))
    notes.push(bad(sealFileName, 'It does not cover the file from its first byte on: it was changed.'))
  for (const [index, span] of spans.entries()) {
    if ((await hashOf(bytes, span)) !== span.sha256)
      notes.push(
        bad(span.name, 'It was changed after the snapshot was made: its bytes are not those that were sealed.'),
      )
    onShare((index + 1) / spans.length)
  }
  if (!(await directoryOf(bytes, entries)).isCanonical)
    notes.push(bad('the list of files', 'It was changed after the snapshot was made.'))
  if (publicKey === null || signature === null)
    notes.push({
      tone: 'warning',
      part: sealFileName,
      text: 'Nobody signed this file: who made it can’t be told from it.',
    })
  else if (isSignedBy(signedText(spans), publicKey, signature))
    notes.push({
      tone: 'normal',
      part: sealFileName,
      text: `Signed by the installation with the key ${keyName(publicKey)}.`,
    })
  else notes.push(bad(sealFileName, 'The signature does not fit: the seal was changed after it was made.'))
  return notes
}

import type { ByteSource } from '../wave-record/byte-source.ts'
import type { FileNote } from '../wave-record/wave-record.ts'
import { guidAt } from './element-tree.ts'
import { recordKinds, recordSignature } from './tags.ts'

export interface PqdifRecord {
  readonly kind: 'container' | 'data source' | 'monitor settings' | 'observation' | 'blank' | 'unknown'
  /** Of the header in the file. */
  readonly at: number
  readonly bodyAt: number
  readonly bodyBytes: number
  /** Adler-32 of the stored body as the header states it; 0: not stated. */
  readonly checksum: number
}

const headerBytes = 64
/** A month of trends and events has some thousand (editable assumption). */
const mostRecords = 100_000

/** Adler-32 (RFC 1950, 9). */
export const adler32 = (bytes: Uint8Array): number => {
  let [low, high] = [1, 0]
  for (let from = 0; from < bytes.length; from += 3800) {
    const end = Math.min(bytes.length, from + 3800)
    for (let at = from; at < end; at += 1) {
      low += bytes[at] ?? 0
      high += low
    }
    low %= 65_521
    high %= 65_521
  }
  return ((high << 16) | low) >>> 0
}

/** Follows the records from the first to the last. A chain that leads back, out of the file or to no record ends there, and says so. */
export const recordChain = (
  source: ByteSource,
): { readonly records: readonly PqdifRecord[]; readonly notes: readonly FileNote[] } => {
  const records: PqdifRecord[] = []
  const notes: FileNote[] = []
  const seen = new Set<number>()
  let at = 0
  const stop = (text: string): { records: readonly PqdifRecord[]; notes: readonly FileNote[] } => ({
    records,
    notes: [...notes, { severity: 'error', text: `${text} What stands before is shown.` }],
  })
  for (;;) {
    if (records.length >= mostRecords) return stop(`The file has more than ${mostRecords} records.`)
    const header = source.read(at, headerBytes).slice()
    if (header.length < headerBytes) return stop(`The file ends in the header of record ${records.length + 1}.`)
    const view = new DataView(header.buffer)
    if (guidAt(view, 0) !== recordSignature)
      return stop(`At byte ${at} there should be record ${records.length + 1}, and there is none.`)
    seen.add(at)
    const [size, stored, next, checksum] = [
      view.getUint32(32, true),
      view.getUint32(36, true),
      view.getUint32(40, true),
      view.getUint32(44, true),
    ]
    const bodyAt = at + Math.max(headerBytes, Math.min(size, 4096))
    const bodyBytes = Math.max(0, Math.min(stored, source.size - bodyAt))
    records.push({ kind: recordKinds.get(guidAt(view, 16)) ?? 'unknown', at, bodyAt, bodyBytes, checksum })
    if (bodyBytes < stored)
      notes.push({
        severity: 'error',
        text: `Record ${records.length} is cut: ${bodyBytes} of ${stored} bytes are there.`,
      })
    if (next === 0) return { records, notes }
    if (seen.has(next)) return stop(`The chain of records leads back from record ${records.length} to byte ${next}.`)
    if (next >= source.size) return stop(`Record ${records.length} points beyond the end of the file.`)
    at = next
  }
}

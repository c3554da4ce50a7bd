import { guessText, type DecodeText } from '../text/guess-encoding.ts'
import type { ByteSource } from '../wave-record/byte-source.ts'
import type { FileNote, ReadFile, WaveFile, WaveRecord } from '../wave-record/wave-record.ts'
import { createTree, type Tree } from './element-tree.ts'
import { readObservation } from './observation.ts'
import { adler32, recordChain, type PqdifRecord } from './record-chain.ts'
import { mostValues, type SeriesBudget } from './series.ts'
import { readSource, type PqdifSource } from './source.ts'
import { tags } from './tags.ts'

export interface PqdifOptions {
  /** Inflates zlib bytes to at most so many; throws where they are damaged or would be more. */
  readonly inflate: (bytes: Uint8Array, most: number) => Uint8Array
  readonly decode: DecodeText
}

/** A record body, stored and inflated, and all of them together: a bomb ends here (editable assumptions). */
const mostBody = 64 << 20
const mostInflated = 512 << 20

const compression = { none: 0, wholeFile: 1, byRecord: 2 } as const
const zlib = 1

interface Reading {
  readonly records: readonly WaveRecord[]
  readonly notes: readonly FileNote[]
}

/** Bodies of records one by one: inflated where the container says so, each checked against its sum. */
const createBodies = (
  source: ByteSource,
  { inflate }: PqdifOptions,
  say: (severity: FileNote['severity'], text: string) => void,
) => {
  let isCompressed = false
  let left = mostInflated
  let wrongSums = 0
  return {
    compressed: (isSo: boolean) => {
      isCompressed = isSo
    },
    wrongSums: () => wrongSums,
    of: (record: PqdifRecord, number: number): Tree | null => {
      if (record.bodyBytes > mostBody) {
        say(
          'error',
          `Record ${number} is ${record.bodyBytes} bytes long; at most ${mostBody} are read. It is left out.`,
        )
        return null
      }
      const stored = source.read(record.bodyAt, record.bodyBytes).slice()
      if (record.checksum !== 0 && adler32(stored) !== record.checksum) wrongSums += 1
      if (!isCompressed) return createTree(stored)
      try {
        const body = inflate(stored, Math.min(mostBody, left))
        left -= body.length
        return createTree(body)
      } catch (error) {
        say(
          'error',
          `Record ${number} can't be unpacked (${error instanceof Error ? error.message : String(error)}). It is left out.`,
        )
        return null
      }
    },
  }
}

/** A PQDIF file (IEEE 1159.3-2003): its observations as records. Never throws for what is in the file. */
export const readPqdif = (source: ByteSource, options: PqdifOptions): ReadFile<WaveFile> => {
  const chain = recordChain(source)
  if (chain.records.length === 0)
    return {
      ok: false,
      why: 'the file does not begin with a record of PQDIF (IEEE 1159.3): is it another kind of .pqd?',
    }
  const notes: FileNote[] = [...chain.notes]
  const say = (severity: FileNote['severity'], text: string) => void notes.push({ severity, text })
  const bodies = createBodies(source, options, say)
  const budget: SeriesBudget = { left: mostValues }
  const textOf = (bytes: Uint8Array | null): string =>
    bytes === null ? '' : guessText(bytes, options.decode).text.trim()
  let pqdif: PqdifSource = { station: '', recorder: '', channels: [] }
  let nominalHz: number | null = null
  const records: WaveRecord[] = []
  let isWrong = false

  chain.records.forEach((record, index) => {
    if (isWrong || record.kind === 'blank' || record.kind === 'unknown') return
    const tree = bodies.of(record, index + 1)
    if (tree === null) return
    const root = tree.root()
    switch (record.kind) {
      case 'container': {
        const style = tree.number(root, tags.compressionStyle) ?? compression.none
        const algorithm = tree.number(root, tags.compressionAlgorithm) ?? 0
        isWrong = style === compression.wholeFile || (style !== compression.none && algorithm !== zlib)
        bodies.compressed(style === compression.byRecord && algorithm === zlib)
        return
      }
      case 'data source':
        pqdif = readSource(tree, root, textOf)
        return
      case 'monitor settings':
        nominalHz = tree.number(root, tags.nominalFrequency) ?? nominalHz
        return
      case 'observation': {
        const read: Reading = readObservation({
          tree,
          root,
          source: pqdif,
          nominalHz,
          textOf,
          budget,
          number: records.length + 1,
        })
        records.push(...read.records)
        notes.push(...read.notes)
      }
    }
  })
  if (isWrong)
    return {
      ok: false,
      why: 'the file is compressed in a way that is not read here (only zlib, record by record): save it anew in its program',
    }
  if (bodies.wrongSums() > 0)
    say('error', `${bodies.wrongSums()} records do not have the sum that their header states: they may be damaged.`)
  if (budget.left <= 0) say('error', `The file holds more than ${mostValues} values; those after are left out.`)
  if (records.length === 0)
    return {
      ok: false,
      why: ['the file holds no observation that can be drawn.', ...notes.map(({ text }) => text)].slice(0, 4).join(' '),
    }
  return { ok: true, value: { format: 'PQDIF', station: pqdif.station, recorder: pqdif.recorder, records, notes } }
}

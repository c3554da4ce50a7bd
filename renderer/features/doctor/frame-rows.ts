import { cutFrames } from '../../../shared/bus/cut-frames.ts'
import type { DecodedFrame } from '../../../shared/bus/decoded-frame.ts'
import { decodeFrame } from '../../../shared/bus/decode-frame.ts'
import type { Conversation } from '../../../shared/bus/exchange.ts'
import type { Framing, TapeEntry } from '../../../shared/bus/tape-entry.ts'
import { bytesOfHex } from '../../../shared/modbus/words.ts'
import { isoTime } from '../../format/time.ts'
import { isFault } from './exchange-words.ts'

export interface FrameRow {
  readonly seq: number
  readonly atMs: number
  readonly monotonicMs: number
  readonly what: 'sent' | 'received' | 'event'
  readonly said: DecodedFrame | null
  readonly words: string
  readonly hex: string
  readonly isFault: boolean
}
export interface FrameFilter {
  readonly unit: string
  readonly functionCode: string
  readonly faultsOnly: boolean
  readonly text: string
}
export const noFrameFilter: FrameFilter = { unit: '', functionCode: '', faultsOnly: false, text: '' }

export const spaced = (hex: string): string => hex.replace(/(..)(?=.)/g, '$1 ')
const eventWords: Readonly<Record<string, string>> = {
  connected: 'line connected',
  disconnected: 'line disconnected',
  'late-reply': 'the reply before came after its deadline and was thrown away',
  stray: 'stray bytes',
}

/** The tape decoded, oldest first. A fault is a broken frame, an exception, or any frame of an exchange that failed. */
export const frameRows = (entries: readonly TapeEntry[], framing: Framing, talk: Conversation): FrameRow[] => {
  const faulty = new Set([
    ...talk.exchanges.filter(isFault).flatMap(({ frames }) => frames),
    ...talk.unasked.map(({ seq }) => seq),
  ])
  return entries.map((entry): FrameRow => {
    const { seq, atMs, monotonicMs } = entry
    if (entry.kind === 'event') {
      const words = `${eventWords[entry.event] ?? entry.event}${entry.detail === '' ? '' : `: ${entry.detail}`}`
      return { seq, atMs, monotonicMs, what: 'event', said: null, words, hex: '', isFault: entry.event !== 'connected' }
    }
    const bytes = bytesOfHex(entry.hex)
    const said = decodeFrame(framing, bytes)
    const pieces = framing === 'rtu' && said.shape === 'garbage' ? cutFrames(bytes) : []
    const words =
      pieces.length > 1
        ? `${pieces.length} pieces: ${pieces.map((piece) => decodeFrame(framing, piece).words).join(' | ')}`
        : said.words
    return {
      seq,
      atMs,
      monotonicMs,
      what: entry.direction,
      said,
      words,
      hex: spaced(entry.hex),
      isFault: faulty.has(seq) || said.shape === 'garbage' || said.shape === 'exception',
    }
  })
}

export const filterFrames = (rows: readonly FrameRow[], filter: FrameFilter): readonly FrameRow[] => {
  const text = filter.text.trim().toLowerCase()
  return rows.filter(
    (row) =>
      (filter.unit === '' || String(row.said?.unit ?? '') === filter.unit) &&
      (filter.functionCode === '' || String(row.said?.functionCode ?? '') === filter.functionCode) &&
      (!filter.faultsOnly || row.isFault) &&
      (text === '' || `${row.words} ${row.hex}`.toLowerCase().includes(text)),
  )
}

/** Check sum in a word, as the list and the text export have it. */
export const checksumWord = (said: DecodedFrame | null): string =>
  said === null || said.checksumOk === null ? '' : said.checksumOk ? 'ok' : 'bad'

export const frameText = (row: FrameRow): string =>
  `${isoTime(row.atMs)} ${row.monotonicMs.toFixed(3).padStart(14)} ms  ${row.what.padEnd(8)} ${row.hex}${row.hex === '' ? '' : '  '}${row.words}${checksumWord(row.said) === '' ? '' : ` [check sum ${checksumWord(row.said)}]`}`

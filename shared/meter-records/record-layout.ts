import { z } from 'zod'
import { decodeRegister } from '../profile/codec.ts'
import { registerTypes, registerWidth } from '../profile/register.ts'
import { readStamp, stampSchema, stampWidth, type ReadStamp } from './stamp.ts'
import { own } from '../own.ts'

/** What a meter's own record of an event says, and where it stands in its words. Offsets count words from the record's first. */

export const recordEvents = [
  'dip',
  'swell',
  'interruption',
  'rapid-change',
  'power-failure',
  'inrush',
  'transient',
  'trip',
  'overload',
  'alarm',
  'entry',
] as const
export type RecordEvent = (typeof recordEvents)[number]

const offset = z.number().int().min(0).max(124)
const number = z.strictObject({ at: offset, type: z.enum(registerTypes), scale: z.number().default(1) })
export type RecordNumber = Readonly<z.infer<typeof number>>

const code = z.strictObject({
  at: offset,
  /** Which bits of the word it is; default all of them. */
  mask: z.number().int().min(1).max(0xffff).default(0xffff),
  /** Codes and what each means; records with another code are passed over. */
  means: z.record(z.string().regex(/^\d+$/), z.enum([...recordEvents, 'none'])),
})

const phaseNames = ['L1', 'L2', 'L3', 'N', 'L1L2', 'L2L3', 'L3L1', 'other'] as const

export const recordLayoutSchema = z.strictObject({
  words: z.number().int().min(1).max(125),
  /** One event for all records of this list, or a code in each. */
  event: z.union([z.enum(recordEvents), code]),
  time: z.strictObject({ at: offset, stamp: stampSchema, marks: z.enum(['start', 'end']) }),
  /** A second time stamp, of the end. */
  end: z.strictObject({ at: offset, stamp: stampSchema }).optional(),
  /** `scale` to milliseconds. */
  duration: number.optional(),
  /** The lowest or highest one-cycle value of all phases: volts, or percent of the declared voltage. */
  extreme: number.extend({ unit: z.enum(['V', '%']) }).optional(),
  /** The same for each phase; `weight` is a number in the record by which they are multiplied. */
  extremes: z
    .strictObject({
      unit: z.enum(['V', '%']),
      phases: z.array(number.extend({ phase: z.enum(phaseNames) })).min(1),
      weight: number.optional(),
    })
    .optional(),
  /** bits: one bit a phase, from bit 0; index: a number from 0, or with `bitsFrom` set in it, bits. */
  phases: z
    .strictObject({
      at: offset,
      kind: z.enum(['bits', 'index']),
      names: z.array(z.enum(phaseNames)).min(1).max(16),
      bitsFrom: z.number().int().min(1).max(0x8000).optional(),
    })
    .optional(),
  /** Of alarms: bits that say that it occurred (set) or is over (not set), and what it is about. */
  occurred: z.strictObject({ at: offset, mask: z.number().int().min(1).max(0xffff) }).optional(),
  /** bytes: class and sub-class, told as "8.4". */
  about: number.extend({ as: z.enum(['number', 'bytes']).default('number') }).optional(),
})
export type RecordLayout = Readonly<z.infer<typeof recordLayoutSchema>>

/** Times are the meter's own (stamp.ts). */
export interface MeterRecord {
  readonly event: RecordEvent
  readonly time: ReadStamp
  /** Whether `time` is its start. */
  readonly marks: 'start' | 'end'
  readonly end: ReadStamp | null
  readonly durationMs: number | null
  readonly extremeV: number | null
  readonly extremePercent: number | null
  readonly phases: readonly string[]
  readonly hasOccurred: boolean | null
  /** The maker's code of what an alarm or an entry is about, as its manual prints it. */
  readonly about: string | null
}

const plain = { wordOrder: 'high-first', notAvailable: {} } as const

export const readNumber = (words: readonly number[], { at, type, scale }: RecordNumber): number | null => {
  const decoded = decodeRegister({ type, scale }, words.slice(at, at + registerWidth[type]), plain)
  return typeof decoded === 'string' ? null : decoded.value
}

const eventOf = ({ event }: RecordLayout, words: readonly number[]): RecordEvent | null => {
  if (typeof event === 'string') return event
  const { at, mask, means } = event
  const shift = Math.log2(mask & -mask)
  const meant = own(means, String(((words[at] ?? 0) & mask) >> shift))
  return meant === undefined || meant === 'none' ? null : meant
}

const stampAt = (words: readonly number[], at: number, stamp: z.infer<typeof stampSchema>): ReadStamp | null =>
  readStamp(stamp, words.slice(at, at + stampWidth(stamp)))

const worst = (event: RecordEvent, values: readonly number[]): number | null =>
  values.length === 0 ? null : event === 'swell' ? Math.max(...values) : Math.min(...values)

/** Phases whose own extreme lies beyond these are the ones it was on, percent (EN 50160; the meter's own thresholds are not known here). */
const usual = { under: 90, over: 110 } as const

const phasesOf = (layout: RecordLayout, words: readonly number[], event: RecordEvent): readonly string[] => {
  const { phases, extremes } = layout
  if (phases !== undefined) {
    const value = words[phases.at] ?? 0
    const areBits = phases.kind === 'bits' || (phases.bitsFrom !== undefined && (value & phases.bitsFrom) !== 0)
    return areBits
      ? phases.names.filter((_, index) => (value & (1 << index)) !== 0)
      : phases.names.slice(value, value + 1)
  }
  if (extremes?.unit !== '%') return []
  return extremes.phases.flatMap((each) => {
    const value = readNumber(words, each)
    const isOut = value !== null && (event === 'swell' ? value > usual.over : value < usual.under)
    return isOut ? [each.phase] : []
  })
}

const extremeOf = (layout: RecordLayout, words: readonly number[], event: RecordEvent, unit: 'V' | '%') => {
  if (layout.extreme?.unit === unit) return readNumber(words, layout.extreme)
  const { extremes } = layout
  if (extremes?.unit !== unit) return null
  const weight = extremes.weight === undefined ? 1 : readNumber(words, extremes.weight)
  if (weight === null) return null
  // Phase to phase voltages have another declared voltage: they say nothing where phases to neutral are told.
  const ofPhases = extremes.phases.filter(({ phase }) => phase.length === 2)
  const values = ofPhases.flatMap((each) => readNumber(words, each) ?? [])
  return worst(
    event,
    values.filter((value) => value !== 0xffff).map((value) => value * weight),
  )
}

const codeText = (code: number | null, as: 'number' | 'bytes'): string | null =>
  code === null ? null : as === 'bytes' ? `${code >> 8}.${code & 0xff}` : String(code)

/** The record in the words; null: an empty slot, or an event that is not told here. Throws RangeError for too few words. */
export const readRecord = (layout: RecordLayout, words: readonly number[]): MeterRecord | null => {
  if (words.length !== layout.words) throw new RangeError(`a record of ${layout.words} words, got ${words.length}`)
  const event = eventOf(layout, words)
  const time = stampAt(words, layout.time.at, layout.time.stamp)
  if (event === null || time === null) return null
  const { occurred, about, duration, end } = layout
  const stated = duration === undefined ? null : readNumber(words, duration)
  const ended = end === undefined ? null : stampAt(words, end.at, end.stamp)
  return {
    event,
    time,
    marks: layout.time.marks,
    end: ended,
    durationMs: stated ?? (ended === null ? null : Math.max(0, ended.wallMs - time.wallMs)),
    extremeV: extremeOf(layout, words, event, 'V'),
    extremePercent: extremeOf(layout, words, event, '%'),
    phases: phasesOf(layout, words, event),
    hasOccurred: occurred === undefined ? null : ((words[occurred.at] ?? 0) & occurred.mask) !== 0,
    about: about === undefined ? null : codeText(readNumber(words, about), about.as),
  }
}

/** What tells one record from all others of its list: its words. The same words twice are the same record. */
export const recordKey = (logId: string, words: readonly number[]): string =>
  `${logId} ${words.map((each) => each.toString(16).padStart(4, '0')).join('')}`

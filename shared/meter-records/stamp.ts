import { z } from 'zod'

/**
 * How meters write a moment into registers. Two families cover them: a date taken apart into words and bytes, and a count since an epoch.
 * What comes out is a *wall time*: epoch milliseconds as if the meter's clock ran in UTC. clock-offset.ts says what to take off it.
 */

const parts = [
  'ms',
  'ms-of-minute',
  'second',
  'minute',
  'hour',
  'day',
  'month',
  'year',
  /** Year less 2000, or less 1900; year within its century, with the century in a part of its own. */
  'year-2000',
  'year-1900',
  'year-of-century',
  'century',
  'hundredths',
  /** Bits that say something of the clock itself: `dst` and `fault` name them. */
  'status',
  /** Not used here, e.g. the day of the week. */
  'other',
] as const
export type StampPart = (typeof parts)[number]

const word = z.union([z.tuple([z.enum(parts)]), z.tuple([z.enum(parts), z.enum(parts)])])

export const stampSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('parts'),
    /** One entry a word: one part takes all 16 bits, two are its high and its low byte. */
    words: z.array(word).min(1).max(10),
    /** Bits of `status`: summer time is in force; the meter does not trust its clock. */
    dst: z.number().int().optional(),
    fault: z.number().int().optional(),
  }),
  z.strictObject({
    kind: z.literal('count'),
    words: z.union([z.literal(2), z.literal(4)]),
    unit: z.enum(['s', 'ms']),
    epoch: z.union([z.literal(1970), z.literal(2000)]),
  }),
])
export type Stamp = Readonly<z.infer<typeof stampSchema>>

export interface ReadStamp {
  /** Epoch ms as if the meter's clock ran in UTC. */
  readonly wallMs: number
  /** The smallest step the stamp can tell, ms. */
  readonly stepMs: number
  /** null: it does not say. */
  readonly isDst: boolean | null
  readonly isFaulty: boolean
}

export const stampWidth = (stamp: Stamp): number => (stamp.kind === 'count' ? stamp.words : stamp.words.length)

const stepOf = (used: ReadonlySet<StampPart>): number =>
  used.has('ms') || used.has('ms-of-minute') ? 1 : used.has('hundredths') ? 10 : used.has('second') ? 1000 : 60_000

/** From 2000 to 2099: what lies outside was never set, or is no date. */
const isSensible = (wallMs: number): boolean => wallMs >= Date.UTC(2000, 0, 1) && wallMs < Date.UTC(2100, 0, 1)

const epochMs = { 1970: 0, 2000: Date.UTC(2000, 0, 1) } as const

const readCount = (stamp: Extract<Stamp, { kind: 'count' }>, words: readonly number[]): ReadStamp | null => {
  const count = words.reduce((sum, each) => sum * 0x10000 + each, 0)
  const stepMs = stamp.unit === 's' ? 1000 : 1
  const wallMs = epochMs[stamp.epoch] + count * stepMs
  return count > 0 && isSensible(wallMs) ? { wallMs, stepMs, isDst: null, isFaulty: false } : null
}

/** The moment in the words; null: they hold none (an empty slot, or no date). Throws RangeError for a wrong number of words. */
export const readStamp = (stamp: Stamp, words: readonly number[]): ReadStamp | null => {
  const width = stampWidth(stamp)
  if (words.length !== width) throw new RangeError(`a time of ${width} words, got ${words.length}`)
  if (stamp.kind === 'count') return readCount(stamp, words)
  const found = new Map<StampPart, number>()
  stamp.words.forEach((named, index) => {
    const value = words[index] ?? 0
    if (named.length === 1) found.set(named[0], value)
    else {
      found.set(named[0], value >> 8)
      found.set(named[1], value & 0xff)
    }
  })
  const of = (part: StampPart): number | null => found.get(part) ?? null
  const century = of('century')
  const short = of('year-of-century')
  const since2000 = of('year-2000')
  const since1900 = of('year-1900')
  const year =
    of('year') ??
    (since2000 === null ? null : 2000 + since2000) ??
    (since1900 === null ? null : 1900 + since1900) ??
    (century === null || short === null ? null : century * 100 + short)
  const [month, day] = [of('month'), of('day')]
  if (year === null || month === null || day === null) return null
  const ofMinute = of('ms-of-minute')
  const [hour, minute, second] = [of('hour') ?? 0, of('minute') ?? 0, of('second') ?? 0]
  const ms = ofMinute ?? second * 1000 + (of('ms') ?? 0) + 10 * (of('hundredths') ?? 0)
  const isDate = month >= 1 && month <= 12 && day >= 1 && day <= new Date(Date.UTC(year, month, 0)).getUTCDate()
  if (!isDate || hour > 23 || minute > 59 || ms >= 60_000) return null
  const wallMs = Date.UTC(year, month - 1, day, hour, minute) + ms
  if (!isSensible(wallMs)) return null
  const status = of('status')
  return {
    wallMs,
    stepMs: stepOf(new Set(found.keys())),
    isDst: status === null || stamp.dst === undefined ? null : (status & stamp.dst) !== 0,
    isFaulty: status !== null && stamp.fault !== undefined && (status & stamp.fault) !== 0,
  }
}

const partOf = (part: StampPart, at: Date, status: number): number => {
  const year = at.getUTCFullYear()
  const values: Readonly<Record<StampPart, number>> = {
    ms: at.getUTCMilliseconds(),
    'ms-of-minute': at.getUTCSeconds() * 1000 + at.getUTCMilliseconds(),
    second: at.getUTCSeconds(),
    minute: at.getUTCMinutes(),
    hour: at.getUTCHours(),
    day: at.getUTCDate(),
    month: at.getUTCMonth() + 1,
    year,
    'year-2000': year - 2000,
    'year-1900': year - 1900,
    'year-of-century': year % 100,
    century: Math.floor(year / 100),
    hundredths: Math.floor(at.getUTCMilliseconds() / 10),
    status,
    other: 0,
  }
  return values[part]
}

/** The words of a wall time, cut to the stamp's step. `isDst`: what its summer time bit is to say, where it has one. */
export const writeStamp = (stamp: Stamp, wallMs: number, isDst = false): number[] => {
  if (stamp.kind === 'count') {
    let count = Math.floor((wallMs - epochMs[stamp.epoch]) / (stamp.unit === 's' ? 1000 : 1))
    const words: number[] = []
    for (let index = 0; index < stamp.words; index += 1) {
      words.unshift(count % 0x10000)
      count = Math.floor(count / 0x10000)
    }
    return words
  }
  const at = new Date(wallMs)
  const status = isDst ? (stamp.dst ?? 0) : 0
  return stamp.words.map((named) =>
    named.length === 1
      ? partOf(named[0], at, status) & 0xffff
      : ((partOf(named[0], at, status) & 0xff) << 8) | (partOf(named[1], at, status) & 0xff),
  )
}

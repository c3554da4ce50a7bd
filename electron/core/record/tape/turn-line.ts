import {
  sampledCurrentSchema,
  type MeterSamplesObservation,
  type Observation,
  type SampledCurrentObservation,
} from '../../../../shared/model/observation.ts'
import { qualities, type Quality, type Sample } from '../../../../shared/model/sample.ts'
import type { Moment, SiteInput, Turn } from '../../site/site-input.ts'

/**
 * One turn as one line of JSON. Observations are nearly all of a record, so they have a short form: quantities are named once in a
 * line of their own and numbered after that, and a good sample read at the time of its exchange is a bare number there.
 */
export type TurnLine =
  | { readonly keys: readonly string[] }
  | { readonly t: MomentColumns; readonly m: SamplesColumns; readonly x?: Extras }
  /** The same, its bare numbers being the shortest that are the same single-precision numbers: what most meters send. */
  | { readonly t: MomentColumns; readonly n: SamplesColumns; readonly x?: Extras }
  | { readonly t: MomentColumns; readonly c: SamplesColumns; readonly s?: unknown }
  | { readonly t: MomentColumns; readonly a: SampledColumns }
  | { readonly t: MomentColumns; readonly i: SiteInput }

/** Monotonic, site and calendar time and by how much the calendar is ahead, ms. */
type MomentColumns = readonly [monotonicMs: number, siteMs: number, utcMs: number, aheadMs: number]
/** Id, time of the exchange in site time, period, number of the list of quantities (from 0), samples in its order. */
type SamplesColumns = readonly [id: string, atMs: number, periodMs: number | null, keys: number, samples: ShortSample[]]
/** A number: good, at the time of the exchange. A code: missing, at that time. Else value, code of the quality, time. */
type ShortSample = number | string | readonly [value: number | null, code: string, atMs: number | null]
/** Source, circuit, end of the stretch, then the highest and the RMS of L1, L2, L3, A; null: not known. */
type SampledColumns = readonly [source: string, circuitId: string, atMs: number, ...amperes: (number | null)[]]
type Extras = Pick<MeterSamplesObservation, 'others' | 'extremes' | 'probe'>

const codeOf = (quality: Quality): string => quality
const isQuality = (code: unknown): code is Quality => (qualities as readonly unknown[]).includes(code)

const shorten = ({ value, quality, atMs }: Sample, exchangeMs: number): ShortSample => {
  if (atMs !== exchangeMs) return [value, codeOf(quality), atMs]
  if (quality === 'good' && value !== null) return value
  return value === null ? codeOf(quality) : [value, codeOf(quality), atMs]
}

const isSingle = (value: number): boolean => Math.fround(value) === value

/** The shortest decimal that is this single-precision number once it is read as one: 230.4 and not 230.39999389648438. */
const shortest = (value: number): number => {
  const thousandths = Math.round(value * 1000) / 1000
  if (Math.fround(thousandths) === value) return thousandths
  // Nine digits tell every single-precision number from its neighbours.
  for (const digits of [7, 8]) {
    const short = Number(value.toPrecision(digits))
    if (Math.fround(short) === value) return short
  }
  return Number(value.toPrecision(9))
}
const singles = (shorts: readonly ShortSample[]): ShortSample[] | null =>
  shorts.every((short) => typeof short !== 'number' || isSingle(short))
    ? shorts.map((short) => (typeof short === 'number' ? shortest(short) : short))
    : null

const momentColumns = ({ monotonicMs, siteMs, utcMs, aheadMs }: Moment): MomentColumns => [
  monotonicMs,
  siteMs,
  utcMs,
  aheadMs,
]

/** Writes the turns of one segment; the lists of quantities are numbered anew in each. */
export const createTurnWriter = () => {
  const lists = new Map<string, number>()

  const columns = (
    id: string,
    { atMs, periodMs, samples }: { atMs: number; periodMs: number | null; samples: Readonly<Record<string, Sample>> },
    lines: string[],
  ): SamplesColumns => {
    const keys = Object.keys(samples)
    const name = keys.join()
    let number = lists.get(name)
    if (number === undefined) {
      number = lists.size
      lists.set(name, number)
      lines.push(JSON.stringify({ keys } satisfies TurnLine))
    }
    return [id, atMs, periodMs, number, Object.values(samples).map((sample) => shorten(sample, atMs))]
  }

  const observed = (t: MomentColumns, observation: Observation, lines: string[]): TurnLine => {
    if (observation.kind === 'charger-samples') {
      const { status } = observation
      const c = columns(observation.chargerId, observation, lines)
      return status === undefined ? { t, c } : { t, c, s: status }
    }
    if (observation.kind === 'sampled-current') {
      const { source, circuitId, atMs, highestA, rmsA } = observation
      return { t, a: [source, circuitId, atMs, ...highestA, ...rmsA] }
    }
    if (observation.kind !== 'meter-samples') return { t, i: { kind: 'observation', observation } }
    const { others, extremes, probe } = observation
    const m = columns(observation.meterId, observation, lines)
    const [id, atMs, periodMs, keys, shorts] = m
    const single = singles(shorts)
    const said = single === null ? { m } : { n: [id, atMs, periodMs, keys, single] as const }
    if (others === undefined && extremes === undefined && probe === undefined) return { t, ...said }
    return {
      t,
      ...said,
      x: {
        ...(others === undefined ? {} : { others }),
        ...(extremes === undefined ? {} : { extremes }),
        ...(probe === undefined ? {} : { probe }),
      },
    }
  }

  /** The lines of one turn: its own, behind that of a new list of quantities where it needs one. */
  return ({ at, input }: Turn): readonly string[] => {
    const lines: string[] = []
    const t = momentColumns(at)
    const line: TurnLine = input.kind === 'observation' ? observed(t, input.observation, lines) : { t, i: input }
    lines.push(JSON.stringify(line))
    return lines
  }
}

const bad = (what: string): never => {
  throw new Error(what)
}

const lengthen = (short: ShortSample | undefined, exchangeMs: number, isSingles: boolean): Sample => {
  if (typeof short === 'number')
    return { value: isSingles ? Math.fround(short) : short, quality: 'good', atMs: exchangeMs }
  if (typeof short === 'string' && isQuality(short)) return { value: null, quality: short, atMs: exchangeMs }
  if (Array.isArray(short)) {
    const [value, code, atMs] = short as readonly [unknown, unknown, unknown]
    if ((value === null || typeof value === 'number') && isQuality(code) && (atMs === null || typeof atMs === 'number'))
      return { value, quality: code, atMs }
  }
  return bad(`${JSON.stringify(short)} is no sample`)
}

const isNumbers = (value: unknown, count: number): value is readonly number[] =>
  Array.isArray(value) && value.length === count && value.every((each) => Number.isFinite(each))

const sampledOf = (columns: unknown): SampledCurrentObservation => {
  const [source, circuitId, atMs, ...amperes] = Array.isArray(columns) ? (columns as readonly unknown[]) : []
  const read = sampledCurrentSchema.safeParse({
    ...{ kind: 'sampled-current', source, circuitId, atMs },
    highestA: amperes.slice(0, 3),
    rmsA: amperes.slice(3),
  })
  return read.success ? read.data : bad('no columns of sampled currents')
}

const inputKinds: readonly string[] = [
  'observation',
  'answer',
  'intent',
  'tick',
  'due',
  'restored',
] satisfies SiteInput['kind'][]

/** Reads the turns of one segment. Throws a sentence where a line is none of a record. */
export const createTurnReader = () => {
  const lists: (readonly string[])[] = []

  const samplesOf = (
    columns: unknown,
    isSingles = false,
  ): { id: string; atMs: number; periodMs: number | null; samples: Record<string, Sample> } => {
    const [id, atMs, periodMs, number, shorts] = Array.isArray(columns) ? (columns as readonly unknown[]) : []
    if (typeof id !== 'string' || typeof atMs !== 'number' || !Array.isArray(shorts))
      return bad('no columns of samples')
    if (periodMs !== null && typeof periodMs !== 'number')
      return bad(`the period ${JSON.stringify(periodMs)} is no number`)
    const keys = lists[number as number]
    if (keys === undefined || keys.length !== shorts.length)
      return bad(`list ${JSON.stringify(number)} of quantities does not fit: a line before it is missing`)
    const samples: Record<string, Sample> = {}
    for (let index = 0; index < keys.length; index += 1)
      samples[keys[index] ?? ''] = lengthen(shorts[index] as ShortSample, atMs, isSingles)
    return { id, atMs, periodMs, samples }
  }

  const inputOf = (line: Readonly<Record<string, unknown>>): SiteInput => {
    if (line['m'] !== undefined || line['n'] !== undefined) {
      const { id, ...rest } = samplesOf(line['m'] ?? line['n'], line['m'] === undefined)
      const extras = (line['x'] ?? {}) as Extras
      return { kind: 'observation', observation: { kind: 'meter-samples', meterId: id, ...rest, ...extras } }
    }
    if (line['c'] !== undefined) {
      const { id, ...rest } = samplesOf(line['c'])
      const status = line['s'] as { status?: never } | undefined
      return {
        kind: 'observation',
        observation: {
          kind: 'charger-samples',
          chargerId: id,
          ...rest,
          ...(status === undefined ? {} : { status: status as never }),
        },
      }
    }
    if (line['a'] !== undefined) return { kind: 'observation', observation: sampledOf(line['a']) }
    const input = line['i'] as SiteInput | undefined
    return input !== undefined && inputKinds.includes(input.kind) ? input : bad('no input of a site')
  }

  /** The turn of a line; null for a list of quantities, which belongs to the turns behind it. */
  return (line: Readonly<Record<string, unknown>>): Turn | null => {
    const { keys, t } = line
    if (Array.isArray(keys)) {
      // Under this one name an object has no entry of its own.
      if (keys.includes('__proto__')) return bad('no quantity is called __proto__')
      lists.push(keys.map(String))
      return null
    }
    if (!isNumbers(t, 4)) return bad('no moment')
    const [monotonicMs = 0, siteMs = 0, utcMs = 0, aheadMs = 0] = t
    return { at: { monotonicMs, siteMs, utcMs, aheadMs }, input: inputOf(line) }
  }
}

import { chargerQuantityKeys } from '../../../../shared/model/image.ts'
import type { Observation } from '../../../../shared/model/observation.ts'
import { goodSample, missingSample, type Quality, type Sample } from '../../../../shared/model/sample.ts'
import { quantities } from '../../../../shared/quantities.ts'
import type { Site } from '../../../../shared/site/site.ts'
import type { Moment, SiteInput, Turn } from '../../site/site-input.ts'
import { plainLineSchema, type PlainLine } from './plain-line.ts'

type Values = Readonly<Record<string, number | null>>
type Missing = Exclude<Quality, 'good'>

/** What an ordinary meter and charger are asked for, where one never answered. */
const usualOfMeter = ['u_l1n', 'u_l2n', 'u_l3n', 'i_l1', 'i_l2', 'i_l3', 'p_total']
const usualOfCharger = ['limit', 'i_t1', 'i_t2', 'i_t3', 'u_t1', 'u_t2', 'u_t3']
/** So far may two lines be apart: a longer gap is two records. Editable assumption. */
const longestGapMs = 3_600_000
/** A charger's values are as old as its own beat makes them: no file says it, so that it is read off so many gaps, within these bounds, ms. */
const gapsLookedAt = 3
const chargerBeat = { least: 1000, most: 60_000 } as const

const msOf = (at: number | string): number => (typeof at === 'number' ? at : Date.parse(at))

const samplesOf = (values: Values, atMs: number): Record<string, Sample> =>
  Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key,
      value === null ? missingSample('absent', atMs) : goodSample(value, atMs),
    ]),
  )
const nothingOf = (keys: readonly string[], why: Missing, atMs: number): Record<string, Sample> =>
  Object.fromEntries(keys.map((key) => [key, missingSample(why, atMs)]))

const meterValues: ReadonlySet<string> = new Set(Object.keys(quantities))
const chargerValues: ReadonlySet<string> = new Set(chargerQuantityKeys)
/** A value under a name that nobody knows would be left out in silence. */
const strangeValue = (keys: readonly string[], known: ReadonlySet<string>, such: string): string | null => {
  const strange = keys.find((key) => !known.has(key))
  return strange === undefined
    ? null
    : `there is no value ${strange}; names are such as ${such} (assets/guide/headless.md)`
}

const parse = (text: string, line: number): PlainLine => {
  const bad = (what: string): Error => new Error(`line ${String(line)} of the readings: ${what}`)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw bad('it is not JSON')
  }
  const read = plainLineSchema.safeParse(value)
  if (read.success) return read.data
  throw bad(
    'it is none of the lines that are known: a meter, a charger or a source of samples with what it said, or what a person said (assets/schemas/readings.schema.json)',
  )
}

/**
 * How often each charger is read, by the times of its lines: the longest of the last gaps, since one exchange may be written down in two
 * lines. Null while there was no gap.
 */
const createBeats = () => {
  const heard = new Map<string, { readonly lastMs: number; readonly gaps: readonly number[] }>()
  return (chargerId: string, atMs: number): number | null => {
    const before = heard.get(chargerId)
    const gaps = before === undefined ? [] : [...before.gaps, atMs - before.lastMs].slice(-gapsLookedAt)
    heard.set(chargerId, { lastMs: atMs, gaps })
    return gaps.length === 0 ? null : Math.min(chargerBeat.most, Math.max(chargerBeat.least, ...gaps))
  }
}

/** What each meter measures by its profile, and who is told, once each, of a value that is not among it. */
interface Unused {
  readonly measured?: ReadonlyMap<string, ReadonlySet<string>>
  readonly onUnused?: (meterId: string, key: string) => void
}

/**
 * Turns of plain readings: a site fed by whoever has written them down, with its tick once a second. Times only go on. Throws a sentence
 * with the line where one can't be read, names something that the site does not have, or goes back.
 */
export const createPlainReader = (site: Site, { measured, onUnused }: Unused = {}) => {
  const known = {
    meter: new Map(site.meters.map(({ id, periodMs }) => [id, periodMs])),
    charger: new Set(site.chargers.map(({ id }) => id)),
    waves: new Set(site.waves.map(({ id }) => id)),
    circuit: new Set(site.circuits.map(({ id }) => id)),
  }
  const keys = new Map<string, readonly string[]>()
  const beatOf = createBeats()
  let firstMs: number | null = null
  let nowMs = -Infinity
  let tickMs = 0

  const moment = (utcMs: number): Moment => ({
    monotonicMs: utcMs - (firstMs ?? utcMs) + 5000,
    siteMs: utcMs,
    utcMs,
    aheadMs: 0,
  })
  const turn = (utcMs: number, input: SiteInput): Turn => ({ at: moment(utcMs), input })
  const unused = new Set<string>()
  const noteUnused = (meterId: string, key: string): void => {
    const name = JSON.stringify([meterId, key])
    if (measured?.get(meterId)?.has(key) !== false || unused.has(name)) return
    unused.add(name)
    onUnused?.(meterId, key)
  }
  const noted = (name: string, values: Values): Values => {
    keys.set(name, Object.keys(values))
    return values
  }

  const meterSays = (said: Extract<PlainLine, { meter: string }>, atMs: number): Observation => {
    if ('values' in said) for (const key of Object.keys(said.values)) noteUnused(said.meter, key)
    const samples =
      'missing' in said
        ? nothingOf(keys.get(said.meter) ?? usualOfMeter, said.missing, atMs)
        : samplesOf(noted(said.meter, said.values), atMs)
    const periodMs = known.meter.get(said.meter) ?? null
    return { kind: 'meter-samples', meterId: said.meter, atMs, periodMs, samples }
  }
  const chargerSays = (said: Extract<PlainLine, { charger: string }>, atMs: number): Observation => {
    const periodMs = beatOf(said.charger, atMs)
    const base = { kind: 'charger-samples' as const, chargerId: said.charger, atMs, periodMs }
    if ('missing' in said)
      return {
        ...base,
        samples: nothingOf(keys.get(`charger ${said.charger}`) ?? usualOfCharger, said.missing, atMs),
        status: { value: null, code: null, quality: said.missing, atMs },
      }
    const samples = samplesOf(noted(`charger ${said.charger}`, said.values), atMs)
    const { status, code = null } = said
    return status === undefined
      ? { ...base, samples }
      : { ...base, samples, status: { value: status, code, quality: 'good', atMs } }
  }
  const inputOf = (said: PlainLine, atMs: number): SiteInput => {
    if ('meter' in said) return { kind: 'observation', observation: meterSays(said, atMs) }
    if ('charger' in said) return { kind: 'observation', observation: chargerSays(said, atMs) }
    if ('said' in said) {
      const input = { who: said.who, note: said.said, atMs, circuitId: said.circuit }
      return { kind: 'intent', intent: { method: 'trip.report', input }, failing: [] }
    }
    const { sampled: source } = said
    if ('rms' in said) {
      const { circuit: circuitId, highest: highestA, rms: rmsA } = said
      return { kind: 'observation', observation: { kind: 'sampled-current', source, circuitId, atMs, highestA, rmsA } }
    }
    const { event: kind, extreme: extremeV, channels } = said
    const event = {
      kind,
      fromMs: msOf(said.from),
      toMs: said.to === null ? null : msOf(said.to),
      isCut: false,
      extremeV,
      channels,
    }
    return { kind: 'observation', observation: { kind: 'sampled-voltage', source, event } }
  }
  /** What the site does not have, or nobody measures. */
  const strangerIn = (said: PlainLine): string | null => {
    const of = (kind: string, all: { has: (name: string) => boolean }, name: string): string | null =>
      all.has(name) ? null : `the site has no ${kind} ${name}`
    const values = 'values' in said ? Object.keys(said.values) : []
    if ('meter' in said)
      return of('meter', known.meter, said.meter) ?? strangeValue(values, meterValues, 'u_l1n or i_l1')
    if ('charger' in said)
      return of('charger', known.charger, said.charger) ?? strangeValue(values, chargerValues, 'limit or i_t1')
    if ('said' in said) return said.circuit === null ? null : of('circuit', known.circuit, said.circuit)
    return (
      of('source of samples', known.waves, said.sampled) ??
      ('circuit' in said ? of('circuit', known.circuit, said.circuit) : null)
    )
  }

  /** The turns of one line, behind the ticks that were due before it. */
  return function* (text: string, line: number): Generator<Turn> {
    const said = parse(text, line)
    const atMs = msOf(said.at)
    const wrong =
      strangerIn(said) ??
      (atMs < nowMs
        ? `it is ${String(nowMs - atMs)} ms earlier than the line before it: sort the lines by their time`
        : firstMs !== null && atMs - nowMs > longestGapMs
          ? 'more than an hour lies between it and the line before: make a file of each stretch'
          : null)
    if (wrong !== null) throw new Error(`line ${String(line)} of the readings: ${wrong}`)
    if (firstMs === null) {
      firstMs = atMs
      tickMs = atMs + 1000
    }
    for (; tickMs <= atMs; tickMs += 1000) yield turn(tickMs, { kind: 'tick', failing: [] })
    nowMs = atMs
    yield turn(atMs, inputOf(said, atMs))
  }
}

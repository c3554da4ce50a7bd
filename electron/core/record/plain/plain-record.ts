import type { Observation } from '../../../../shared/model/observation.ts'
import { goodSample, missingSample, type Quality, type Sample } from '../../../../shared/model/sample.ts'
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
 * Turns of plain readings: a site fed by whoever has written them down, with its tick once a second. Times only go on. Throws a sentence
 * with the line where one can't be read, names something that the site does not have, or goes back.
 */
export const createPlainReader = (site: Site) => {
  const known = {
    meter: new Map(site.meters.map(({ id, periodMs }) => [id, periodMs])),
    charger: new Set(site.chargers.map(({ id }) => id)),
    waves: new Set(site.waves.map(({ id }) => id)),
    circuit: new Set(site.circuits.map(({ id }) => id)),
  }
  const keys = new Map<string, readonly string[]>()
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
  const noted = (name: string, values: Values): Values => {
    keys.set(name, Object.keys(values))
    return values
  }

  const meterSays = (said: Extract<PlainLine, { meter: string }>, atMs: number): Observation => {
    const samples =
      'missing' in said
        ? nothingOf(keys.get(said.meter) ?? usualOfMeter, said.missing, atMs)
        : samplesOf(noted(said.meter, said.values), atMs)
    const periodMs = known.meter.get(said.meter) ?? null
    return { kind: 'meter-samples', meterId: said.meter, atMs, periodMs, samples }
  }
  const chargerSays = (said: Extract<PlainLine, { charger: string }>, atMs: number): Observation => {
    const base = { kind: 'charger-samples' as const, chargerId: said.charger, atMs, periodMs: null }
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
  /** What the site does not have. */
  const strangerIn = (said: PlainLine): string | null => {
    const of = (kind: string, all: { has: (name: string) => boolean }, name: string): string | null =>
      all.has(name) ? null : `the site has no ${kind} ${name}`
    if ('meter' in said) return of('meter', known.meter, said.meter)
    if ('charger' in said) return of('charger', known.charger, said.charger)
    if ('said' in said) return said.circuit === null ? null : of('circuit', known.circuit, said.circuit)
    return of('source of samples', known.waves, said.sampled)
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

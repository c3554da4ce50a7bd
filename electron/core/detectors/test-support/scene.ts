import type { ChargerReading, ChargerStatus, Image, MeterReading } from '../../../../shared/model/image.ts'
import { phases, type Phase } from '../../../../shared/model/phase.ts'
import { goodSample, missingSample, type Quality, type Sample } from '../../../../shared/model/sample.ts'
import { siteSchema, type Site } from '../../../../shared/site/site.ts'
import type { ControlFacts } from '../../control-facts.ts'
import { createCircuits } from '../../derive/circuits.ts'
import { createDetectors, type Assessment } from '../detectors.ts'

/** Incomer main (100 A) with meter m-main; feeder f1 (C32, meter m-f1) with chargers a and b; feeder f2 (C63, no meter) with charger c. */
export const sceneSite = (change: Record<string, unknown> = {}): Site =>
  siteSchema.parse({
    version: 1,
    id: 'depot',
    name: 'Depot',
    grid: { limit: 100 },
    lines: [{ transport: 'tcp', id: 'lan', host: '127.0.0.1', port: 502 }],
    meters: [
      { id: 'm-main', profile: 'p', line: 'lan' },
      { id: 'm-f1', profile: 'p', line: 'lan', unit: 2 },
    ],
    circuits: [
      { id: 'main', meter: 'm-main', breaker: { standard: 'IEC 60947-2', curve: 'thermal-magnetic', rating: 100 } },
      { id: 'f1', parent: 'main', meter: 'm-f1', breaker: { standard: 'IEC 60898-1', curve: 'C', rating: 32 } },
      { id: 'f2', parent: 'main', breaker: { standard: 'IEC 60898-1', curve: 'C', rating: 63 }, otherLoad: 5 },
    ],
    chargers: ['a', 'b', 'c'].map((id) => ({
      id,
      profile: 'c',
      line: 'lan',
      circuit: id === 'c' ? 'f2' : 'f1',
      maximum: 32,
    })),
    ...change,
  })

type Three = readonly [number, number, number]
export interface MeterLook {
  readonly u?: Three
  readonly i?: Three
  readonly p?: number
  readonly quality?: Exclude<Quality, 'good'>
  readonly atMs?: number
  readonly noCurrent?: readonly Phase[]
  /** Measured in the neutral, A; a meter without such an input where left out. */
  readonly neutralA?: number
}
export interface ChargerLook {
  /** It has no state to tell, whatever else is read of it. */
  readonly isStateless?: boolean
  /** Its currents were read so long ago that they are old. */
  readonly isOld?: boolean
  readonly status?: ChargerStatus | null
  readonly i?: Three
  readonly limit?: number
}

const samplesOf = (look: MeterLook, nowMs: number): MeterReading['samples'] => {
  const atMs = look.atMs ?? nowMs
  const sample = (value: number): Sample =>
    look.quality === undefined ? goodSample(value, atMs) : missingSample(look.quality, atMs)
  const u = look.u ?? [230, 230, 230]
  const i = look.i ?? [10, 10, 10]
  const samples: Record<string, Sample> = { p_total: sample(look.p ?? 7000) }
  phases.forEach((phase, index) => {
    samples[`u_${phase.toLowerCase()}n`] = sample(u[index] ?? NaN)
    samples[`i_${phase.toLowerCase()}`] =
      look.noCurrent?.includes(phase) === true ? missingSample('refused', atMs) : sample(i[index] ?? NaN)
  })
  if (look.neutralA !== undefined) samples['i_n'] = sample(look.neutralA)
  return samples
}

const chargerOf = (look: ChargerLook, nowMs: number): ChargerReading => {
  const there = look.status !== null
  const why = look.isOld === true ? 'stale' : 'timeout'
  const sample = (value: number): Sample =>
    there && look.isOld !== true ? goodSample(value, nowMs) : missingSample(why, nowMs)
  const i = look.i ?? [8, 8, 8]
  return {
    status: {
      value: look.isStateless === true ? null : look.status === undefined ? 'charging' : look.status,
      code: null,
      quality: look.isStateless === true ? 'absent' : there ? 'good' : 'timeout',
      atMs: nowMs,
    },
    samples: { limit: sample(look.limit ?? 16) },
    siteCurrentA: Object.fromEntries(phases.map((phase, index) => [phase, sample(i[index] ?? NaN)])) as Record<
      Phase,
      Sample
    >,
  }
}

/** Drives detectors through time: each `see` is one image, `seconds` after the one before. */
export const createScene = (site: Site = sceneSite()) => {
  let count = 0
  let nowMs = Date.UTC(2026, 10, 23, 10)
  let seq = 0
  const circuits = createCircuits(site)
  const detectors = createDetectors({ site, newId: () => `finding-${(count += 1)}` })
  const see = (
    look: {
      meters?: Record<string, MeterLook>
      chargers?: Record<string, ChargerLook>
      control?: ControlFacts
    } = {},
    seconds = 1,
  ): Assessment & { atMs: number } => {
    nowMs += seconds * 1000
    seq += 1
    const meters = Object.fromEntries(
      site.meters.map(({ id }) => [id, { samples: samplesOf(look.meters?.[id] ?? {}, nowMs) }]),
    )
    const chargers = Object.fromEntries(
      site.chargers.map(({ id }) => [id, chargerOf(look.chargers?.[id] ?? {}, nowMs)]),
    )
    const image: Image = { seq, atMs: nowMs, meters, chargers, circuits: circuits.step(meters, chargers, nowMs) }
    return { ...detectors.step(image, [], look.control), atMs: nowMs }
  }
  return { see, detectors, now: () => nowMs, site }
}

/** "raised undervoltage m-main": what changed, in order. */
export const told = (assessment: Assessment): readonly string[] =>
  assessment.changes.map(({ kind, finding }) => `${kind} ${finding.detector} ${finding.subject.id}`)

export const numberOf = (numbers: readonly { label: string; value: number }[], label: string): number | undefined =>
  numbers.find((each) => each.label === label)?.value

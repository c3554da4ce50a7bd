/**
 * What other systems get of a site: its circuits, chargers and meters with their values, each with how it is known. Made from what the
 * screens show, so a feed can't know more or otherwise than they do.
 */
import type { Live } from '../api/live-contract.ts'
import type { MeterReading } from '../model/image.ts'
import { phases, type Phase } from '../model/phase.ts'
import { missingSample, type Quality, type Sample } from '../model/sample.ts'
import { own } from '../own.ts'
import { isQuantityKey, quantities } from '../quantities.ts'
import type { Site, SiteCharger, SiteCircuit, SiteMeter } from '../site/site.ts'

export interface FeedValue {
  /** E.g. `current`, `limit`, or of a meter the key of `shared/quantities.ts`. */
  readonly key: string
  readonly phase: Phase | null
  readonly unit: string
  /** Null: there is none, and `quality` says why. */
  readonly value: number | null
  readonly quality: Quality
  /** Since it was read, ms; null where it never was, or where it is no reading. */
  readonly ageMs: number | null
}
export type SubjectKind = 'site' | 'circuit' | 'charger' | 'meter'
export interface FeedSubject {
  readonly kind: SubjectKind
  readonly id: string
  readonly name: string
  readonly values: readonly FeedValue[]
  /** What is no number: a charger's status, where a circuit's current comes from, the mode of control. */
  readonly words: Readonly<Record<string, string>>
}
export interface FeedPicture {
  /** UTC, epoch ms. */
  readonly atMs: number
  readonly subjects: readonly FeedSubject[]
}

const valueOf = (
  key: string,
  phase: Phase | null,
  unit: string,
  { value, quality, atMs }: Sample,
  nowMs: number,
): FeedValue => ({ key, phase, unit, value, quality, ageMs: atMs === null || value === null ? null : nowMs - atMs })

/** A number that is no reading of its own, e.g. a limit: it has no age; null where it can't be formed. */
const plain = (key: string, phase: Phase | null, unit: string, value: number | null): FeedValue => ({
  key,
  phase,
  unit,
  value,
  quality: value === null ? 'absent' : 'good',
  ageMs: null,
})

const ofCircuit = ({ id, name, phases: wired }: SiteCircuit, { image }: Live, nowMs: number): FeedSubject => {
  const reading = own(image.circuits, id)
  const values = wired.flatMap((phase): FeedValue[] => {
    const seen = reading?.phases[phase]
    return [
      valueOf('current', phase, 'A', seen?.currentA ?? missingSample('waiting', null), nowMs),
      plain('limit', phase, 'A', seen?.limitA ?? null),
      plain('headroom', phase, 'A', seen?.headroomA ?? null),
      plain('thermal_used', phase, '%', seen?.thermal?.highPercent ?? null),
    ]
  })
  return { kind: 'circuit', id, name: name ?? id, values, words: { source: reading?.source ?? 'none' } }
}

const ofCharger = ({ id, name }: SiteCharger, { image }: Live, nowMs: number): FeedSubject => {
  const reading = own(image.chargers, id)
  const sampleOf = (key: string): Sample => own(reading?.samples ?? {}, key) ?? missingSample('absent', null)
  return {
    kind: 'charger',
    id,
    name: name ?? id,
    values: [
      ...phases.map((phase) =>
        valueOf('current', phase, 'A', reading?.siteCurrentA[phase] ?? missingSample('waiting', null), nowMs),
      ),
      valueOf('power', null, 'W', sampleOf('p_total'), nowMs),
      valueOf('limit', null, 'A', sampleOf('limit'), nowMs),
      valueOf('energy_session', null, 'kWh', sampleOf('e_session'), nowMs),
      valueOf('energy', null, 'kWh', sampleOf('e_total'), nowMs),
    ],
    words: { status: reading?.status.value ?? 'unknown' },
  }
}

const ofMeter = ({ id, name }: SiteMeter, reading: MeterReading | undefined, nowMs: number): FeedSubject => ({
  kind: 'meter',
  id,
  name: name ?? id,
  values: Object.entries(reading?.samples ?? {}).flatMap(([key, sample]): FeedValue[] => {
    return isQuantityKey(key) ? [valueOf(key, null, quantities[key].unit, sample, nowMs)] : []
  }),
  words: {},
})

/** Registers hold it exactly as a 32-bit float. */
const counterEnds = 1_000_000

const ofSite = (site: Site, { image, control, findings }: Live): FeedSubject => {
  const count = (severity: string): number =>
    findings.filter((finding) => finding.state === 'active' && finding.severity === severity).length
  return {
    kind: 'site',
    id: site.id,
    name: site.name,
    values: [
      // Goes on with each picture, so that a reader sees that somebody keeps the values.
      plain('counter', null, '1', image.seq % counterEnds),
      plain('armed', null, '1', control.mode === 'armed' ? 1 : 0),
      plain('alarms_critical', null, '1', count('critical')),
      plain('alarms_warning', null, '1', count('warning')),
    ],
    words: { mode: control.mode },
  }
}

/** @param nowMs UTC, epoch ms: ages are counted to it, so they go on growing where nothing new comes. */
export const feedPicture = (site: Site, live: Live, nowMs: number): FeedPicture => ({
  atMs: nowMs,
  subjects: [
    ofSite(site, live),
    ...site.circuits.map((circuit) => ofCircuit(circuit, live, nowMs)),
    ...site.chargers.map((charger) => ofCharger(charger, live, nowMs)),
    ...site.meters.map((meter) => ofMeter(meter, own(live.image.meters, meter.id), nowMs)),
  ],
})

/** The same where the site tells nothing new any more: nothing of it is a value of now. */
export const staledPicture = ({ atMs, subjects }: FeedPicture): FeedPicture => ({
  atMs,
  subjects: subjects.map((subject) => ({
    ...subject,
    values: subject.values.map((value) => ({ ...value, value: null, quality: 'stale' as const, ageMs: null })),
  })),
})

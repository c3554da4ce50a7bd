import type { Finding } from '../../../shared/model/finding.ts'
import type { ExtremeEvidence, Image } from '../../../shared/model/image.ts'
import type { SampledObservation, SampledVoltageObservation } from '../../../shared/model/observation.ts'
import { phases } from '../../../shared/model/phase.ts'
import { own } from '../../../shared/own.ts'
import type { ProtectionReading } from '../../../shared/protection/read-protection.ts'
import type { Site } from '../../../shared/site/site.ts'
import { currentKey } from '../derive/phase-keys.ts'
import {
  chargerColumns,
  circuitColumns,
  frameOf,
  layoutOf,
  meterColumns,
  statusAt,
  type Frame,
  type FrameLayout,
} from './frame.ts'
import { createSampledCurrents, sampledRow, type SampledRow } from './sampled-currents.ts'

/** A quarter of an hour before an incident and the one after it, ms. */
export const keptMs = 32 * 60_000
/** Changes of what one device says that are kept. */
const mostChanges = 60

/** One reading of one thing: its own time, not that of the image it was seen in. */
export interface Reading {
  readonly atMs: number
  readonly value: number
}

/** What a protective device said of itself, from when on. */
export interface ProtectionSaid {
  readonly atMs: number
  readonly reading: ProtectionReading
}

/**
 * The last minutes of a site, as forensics looks at them. Memory: a frame is 4 bytes a column, about 4 columns a circuit and 8 a meter or
 * charger; 200 chargers and 220 meters for 32 min at one a second are about 30 MB.
 */
export interface History {
  readonly site: Site
  readonly add: (image: Image) => void
  readonly noteFinding: (finding: Finding) => void
  readonly frames: (fromMs: number, toMs: number) => readonly Frame[]
  readonly newestMs: () => number | null
  readonly oldestMs: () => number | null
  /** Readings of one phase of a circuit, each once, oldest first. Phase 0 to 2. */
  readonly circuitCurrent: (circuitId: string, phase: number, fromMs: number, toMs: number) => readonly Reading[]
  readonly columnsOf: { readonly layout: FrameLayout }
  readonly activeFindings: () => readonly Finding[]
  /** What registers of extremes showed for the currents of a meter. */
  readonly extremesOf: (meterId: string) => { readonly has: boolean; readonly jumps: readonly ExtremeEvidence[] }
  readonly codeOf: (chargerId: string) => string | null
  /** What the trip unit, residual current monitor or auxiliary contact of a circuit said, each change once, oldest first. */
  readonly protectionOf: (circuitId: string) => readonly ProtectionSaid[]
  readonly noteSampled: (observation: SampledObservation) => void
  /** Tenths of a second of what is sampled at this very circuit, oldest first. */
  readonly sampledOf: (circuitId: string, fromMs: number, toMs: number) => readonly SampledRow[]
  /** Dips, swells and interruptions that samples showed, oldest first; of one that goes on, what is known by now. */
  readonly sampledEvents: () => readonly SampledVoltageObservation[]
}

/** The frames of the last minutes, oldest first. */
const createFrames = (layout: FrameLayout) => {
  let frames: Frame[] = []
  /** Those before it are too old, and are thrown away many at a time. */
  let first = 0
  const trim = (nowMs: number): void => {
    while (first < frames.length && nowMs - (frames[first]?.atMs ?? nowMs) > keptMs) first += 1
    if (first > 300) {
      frames = frames.slice(first)
      first = 0
    }
  }
  /** Index of the first frame at or after a time. */
  const indexAt = (atMs: number): number => {
    let low = first
    let high = frames.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((frames[middle]?.atMs ?? 0) < atMs) low = middle + 1
      else high = middle
    }
    return low
  }
  return {
    add: (image: Image): void => {
      const newest = frames.at(-1)
      // A clock set back would make a past that never was: what lies ahead of it is given up.
      if (newest !== undefined && image.atMs < newest.atMs) {
        frames = frames.slice(first).filter(({ atMs }) => atMs < image.atMs)
        first = 0
      }
      frames.push(frameOf(layout, image))
      trim(image.atMs)
    },
    between: (fromMs: number, toMs: number): readonly Frame[] => {
      const from = indexAt(fromMs)
      let to = from
      while (to < frames.length && (frames[to]?.atMs ?? 0) <= toMs) to += 1
      return frames.slice(from, to)
    },
    newestMs: (): number | null => frames.at(-1)?.atMs ?? null,
    oldestMs: (): number | null => frames[first]?.atMs ?? null,
  }
}

/** Readings of one phase of a circuit in these frames, each once. */
const currentsIn = (layout: FrameLayout, frames: readonly Frame[], circuitId: string, phase: number): Reading[] => {
  const at = layout.circuits.get(circuitId)
  if (at === undefined) return []
  const readings: Reading[] = []
  let lastMs = -Infinity
  for (const { atMs, values } of frames) {
    const value = values[at + circuitColumns.currents + phase] ?? NaN
    const age = values[at + circuitColumns.age] ?? NaN
    const readMs = Number.isNaN(age) ? atMs : atMs - age * 1000
    // Shown again because nothing newer came: one reading, one entry. Half a poll apart is the same one.
    if (!Number.isNaN(value) && readMs - lastMs < 40) continue
    readings.push({ atMs: readMs, value })
    lastMs = readMs
  }
  return readings
}

/** What trip units, residual current monitors and auxiliary contacts said, each change once. */
const createProtectionsSaid = ({ circuits }: Site) => {
  const protections = new Map<string, ProtectionSaid[]>()
  return {
    note: (image: Image): void => {
      for (const { id } of circuits) {
        const reading = own(image.circuits, id)?.protection
        if (reading === undefined) continue
        const said = protections.get(id) ?? []
        const last = said.at(-1)
        if (last !== undefined && JSON.stringify(last.reading) === JSON.stringify(reading)) continue
        protections.set(id, [...said.slice(1 - mostChanges), { atMs: image.atMs, reading }])
      }
    },
    of: (circuitId: string): readonly ProtectionSaid[] => protections.get(circuitId) ?? [],
  }
}

/** What registers of extremes showed for the currents of meters: whether there are any, and their jumps. */
const createExtremesSeen = ({ meters }: Site) => {
  const extremes = new Map<string, { has: boolean; jumps: ExtremeEvidence[] }>()
  const noteOf = (id: string, kept: NonNullable<Image['meters'][string]['extremes']>): void => {
    const held = extremes.get(id) ?? { has: false, jumps: [] }
    for (const phase of phases) {
      const reading = kept[currentKey[phase]]?.maximum
      if (reading === undefined) continue
      held.has = true
      const { evidence } = reading
      if (evidence === null) continue
      const isKnown = held.jumps.some(({ toMs, value }) => toMs === evidence.toMs && value === evidence.value)
      if (!isKnown) held.jumps = [...held.jumps.slice(-19), evidence]
    }
    extremes.set(id, held)
  }
  return {
    note: (image: Image): void => {
      for (const { id } of meters) {
        const kept = own(image.meters, id)?.extremes
        if (kept !== undefined) noteOf(id, kept)
      }
    },
    of: (meterId: string) => extremes.get(meterId) ?? { has: false, jumps: [] },
  }
}

/** Dips, swells and interruptions of samples; of one that goes on, its newest state in place of the one before. */
const createVoltageEvents = () => {
  let events: readonly SampledVoltageObservation[] = []
  return {
    note: (told: SampledVoltageObservation): void => {
      const isSame = ({ source, event }: SampledVoltageObservation): boolean =>
        source === told.source && event.kind === told.event.kind && event.fromMs === told.event.fromMs
      events = [...events.filter((one) => !isSame(one)), told].slice(-mostChanges)
    },
    all: (): readonly SampledVoltageObservation[] => events,
  }
}

export const createHistory = (site: Site): History => {
  const layout = layoutOf(site)
  const frames = createFrames(layout)
  const findings = new Map<string, Finding>()
  const codes = new Map<string, string | null>()
  const extremes = createExtremesSeen(site)
  const protections = createProtectionsSaid(site)
  const sampled = createSampledCurrents()
  const events = createVoltageEvents()
  return {
    site,
    add: (image) => {
      frames.add(image)
      for (const { id } of site.chargers) {
        const status = own(image.chargers, id)?.status
        if (status?.quality === 'good') codes.set(id, status.code)
      }
      extremes.note(image)
      protections.note(image)
    },
    noteFinding: (finding) => {
      if (finding.state === 'active') findings.set(finding.id, finding)
      else findings.delete(finding.id)
    },
    frames: frames.between,
    newestMs: frames.newestMs,
    oldestMs: frames.oldestMs,
    circuitCurrent: (circuitId, phase, fromMs, toMs) =>
      currentsIn(layout, frames.between(fromMs, toMs), circuitId, phase),
    columnsOf: { layout },
    activeFindings: () => [...findings.values()],
    extremesOf: extremes.of,
    codeOf: (chargerId) => codes.get(chargerId) ?? null,
    protectionOf: protections.of,
    noteSampled: (observation) =>
      observation.kind === 'sampled-current' ? sampled.note(sampledRow(observation)) : events.note(observation),
    sampledOf: sampled.between,
    sampledEvents: events.all,
  }
}

// ---- looks at one frame ---------------------------------------------------------------------------------------------------

const slice3 = (values: Float32Array, at: number): readonly number[] => [
  values[at] ?? NaN,
  values[at + 1] ?? NaN,
  values[at + 2] ?? NaN,
]
const known = (value: number): number | null => (Number.isNaN(value) ? null : value)

export const circuitLook = (layout: FrameLayout, frame: Frame, id: string) => {
  const at = layout.circuits.get(id) ?? -1
  const currents = at < 0 ? [NaN, NaN, NaN] : slice3(frame.values, at)
  const seen = currents.filter((value) => !Number.isNaN(value))
  return { currents, highest: seen.length === 0 ? null : Math.max(...seen) }
}

export const meterLook = (layout: FrameLayout, frame: Frame, id: string) => {
  const at = layout.meters.get(id) ?? -1
  const column = (index: number): number | null => (at < 0 ? null : known(frame.values[at + index] ?? NaN))
  const voltages = (at < 0 ? [] : slice3(frame.values, at)).filter((value) => !Number.isNaN(value))
  return {
    voltages,
    lowestV: voltages.length === 0 ? null : Math.min(...voltages),
    highestV: voltages.length === 0 ? null : Math.max(...voltages),
    neutralA: column(meterColumns.neutral),
    residualA: column(meterColumns.residual),
    thdPercent: column(meterColumns.thd),
    /** believed, doubted, or silent. */
    trust: column(meterColumns.trust) === null ? 'silent' : column(meterColumns.trust) === 0 ? 'doubted' : 'believed',
  } as const
}

export const chargerLook = (layout: FrameLayout, frame: Frame, id: string) => {
  const at = layout.chargers.get(id) ?? -1
  const currents = at < 0 ? [NaN, NaN, NaN] : slice3(frame.values, at)
  const seen = currents.filter((value) => !Number.isNaN(value))
  const column = (index: number): number | null => (at < 0 ? null : known(frame.values[at + index] ?? NaN))
  return {
    currents,
    highest: seen.length === 0 ? null : Math.max(...seen),
    limitA: column(chargerColumns.limit),
    voltageV: column(chargerColumns.voltage),
    status: statusAt(column(chargerColumns.status) ?? -1),
    answers: column(chargerColumns.answers) === 1,
  }
}
export type ChargerLook = ReturnType<typeof chargerLook>

import type { ChargerReading, Image } from '../../../shared/model/image.ts'
import { phases, type Phase } from '../../../shared/model/phase.ts'
import type { Site, SiteCharger, SiteCircuit } from '../../../shared/site/site.ts'
import { currentKey, powerKey } from './phase-keys.ts'
import type { Point } from './step-track.ts'
import { own } from '../../../shared/own.ts'

/** A map keyed by ids that may be called anything. */
export const keyed = <T>(entries: readonly (readonly [string, T])[]): Record<string, T> =>
  Object.assign(Object.create(null) as Record<string, T>, Object.fromEntries(entries))

const newest = (times: readonly (number | null | undefined)[]): number | null => {
  const known = times.flatMap((time) => time ?? [])
  return known.length === 0 ? null : Math.max(...known)
}

/** Currents and powers of a meter by phase. */
export const meterPoint = (image: Image, meterId: string): { amperes: Point; watts: Point } | null => {
  const samples = own(image.meters, meterId)?.samples
  const atMs = newest(phases.map((phase) => samples?.[currentKey[phase]]?.atMs))
  if (samples === undefined || atMs === null) return null
  return {
    amperes: { atMs, amperes: phases.map((phase) => samples[currentKey[phase]]?.value ?? null) },
    watts: { atMs, amperes: phases.map((phase) => samples[powerKey[phase]]?.value ?? null) },
  }
}

export const chargerPoint = (reading: ChargerReading | undefined): Point | null => {
  const of = (phase: Phase) => reading?.siteCurrentA[phase]
  const atMs = newest(phases.map((phase) => (of(phase)?.value == null ? null : of(phase)?.atMs)))
  return atMs === null
    ? null
    : {
        atMs,
        amperes: phases.map((phase) => {
          const value = of(phase)?.value ?? null
          return value === null ? null : Math.abs(value)
        }),
      }
}

const withVehicle = new Set(['connected', 'ready', 'charging', 'suspended'])
export const mayDraw = (reading: ChargerReading | undefined): boolean =>
  reading?.status.value == null || withVehicle.has(reading.status.value)

export const largest = (point: Point | undefined): number =>
  Math.max(0, ...(point?.amperes ?? []).map((amperes) => amperes ?? 0))

export interface EvidenceSetup {
  readonly site: Site
  readonly metered: readonly (SiteCircuit & { readonly meter: string })[]
  /** Metered circuits above each charger, its own first. */
  readonly above: ReadonlyMap<string, readonly SiteCircuit[]>
  /** Chargers below each metered circuit. */
  readonly below: ReadonlyMap<string, readonly SiteCharger[]>
  readonly feedsIn: ReadonlySet<string>
}

export const evidenceSetup = (site: Site): EvidenceSetup => {
  const pathOf = (id: string | undefined, steps = 0): readonly SiteCircuit[] => {
    const circuit = site.circuits.find((item) => item.id === id)
    return circuit === undefined || steps > site.circuits.length ? [] : [circuit, ...pathOf(circuit.parent, steps + 1)]
  }
  const paths = new Map(site.chargers.map((charger) => [charger.id, pathOf(charger.circuit)]))
  const above = new Map([...paths].map(([id, path]) => [id, path.filter(({ meter }) => meter !== undefined)]))
  return {
    site,
    metered: site.circuits.flatMap((circuit) =>
      circuit.meter === undefined ? [] : [{ ...circuit, meter: circuit.meter }],
    ),
    above,
    below: new Map(
      site.circuits.map((circuit) => [
        circuit.id,
        site.chargers.filter(({ id }) => paths.get(id)?.includes(circuit) === true),
      ]),
    ),
    feedsIn: new Set(
      site.circuits.filter(({ generation }) => generation).flatMap(({ id }) => pathOf(id).map((circuit) => circuit.id)),
    ),
  }
}

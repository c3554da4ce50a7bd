import type { ChargerReading, Image } from '../../../shared/model/image.ts'
import { phases } from '../../../shared/model/phase.ts'
import { pathUp } from '../../../shared/site/path-up.ts'
import type { Site, SiteCharger, SiteCircuit } from '../../../shared/site/site.ts'
import { currentKey, powerKey } from './phase-keys.ts'
import type { Point } from './step-track.ts'
import { own } from '../../../shared/own.ts'

/** A map keyed by ids that may be called anything. */
export const keyed = <T>(entries: readonly (readonly [string, T])[]): Record<string, T> => {
  const record = Object.create(null) as Record<string, T>
  for (const [key, value] of entries) record[key] = value
  return record
}

const later = (one: number | null, other: number | null | undefined): number | null =>
  other == null ? one : one === null ? other : Math.max(one, other)

/** Currents and powers of a meter by phase. */
export const meterPoint = (image: Image, meterId: string): { amperes: Point; watts: Point } | null => {
  const samples = own(image.meters, meterId)?.samples
  if (samples === undefined) return null
  let atMs: number | null = null
  for (const phase of phases) atMs = later(atMs, samples[currentKey[phase]]?.atMs)
  if (atMs === null) return null
  return {
    amperes: { atMs, amperes: phases.map((phase) => samples[currentKey[phase]]?.value ?? null) },
    watts: { atMs, amperes: phases.map((phase) => samples[powerKey[phase]]?.value ?? null) },
  }
}

export const chargerPoint = (reading: ChargerReading | undefined): Point | null => {
  if (reading === undefined) return null
  let atMs: number | null = null
  const amperes: (number | null)[] = []
  for (const phase of phases) {
    const sample = reading.siteCurrentA[phase]
    const value = sample?.value ?? null
    amperes.push(value === null ? null : Math.abs(value))
    if (value !== null) atMs = later(atMs, sample.atMs)
  }
  return atMs === null ? null : { atMs, amperes }
}

const withVehicle = new Set(['connected', 'ready', 'charging', 'suspended'])
export const mayDraw = (reading: ChargerReading | undefined): boolean =>
  reading?.status.value == null || withVehicle.has(reading.status.value)

export const largest = (point: Point | undefined): number => {
  let most = 0
  if (point !== undefined) for (const amperes of point.amperes) if (amperes !== null && amperes > most) most = amperes
  return most
}

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
  const paths = new Map(site.chargers.map((charger) => [charger.id, pathUp(site, charger.circuit)]))
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
      site.circuits
        .filter(({ generation }) => generation)
        .flatMap(({ id }) => pathUp(site, id).map((circuit) => circuit.id)),
    ),
  }
}

import type { Finding, Subject } from '../../../shared/model/finding.ts'
import type { Site } from '../../../shared/site/site.ts'
import { bySeverity } from '../../ui/severity.ts'
import { devicesOnLines } from '../../../shared/site/devices-on-lines.ts'

/** Findings of one cause as the list shows them: worst first; `common` says what all their subjects share, if anything. */
export interface AlarmGroup {
  readonly detector: string
  readonly findings: readonly Finding[]
  readonly common: string | null
}

const lineOf = (site: Site, { kind, id }: Subject): string | undefined =>
  kind === 'line'
    ? id
    : kind === 'meter'
      ? site.meters.find((meter) => meter.id === id)?.line
      : kind === 'charger'
        ? devicesOnLines(site).find(({ list, id: other }) => list === 'chargers' && other === id)?.line
        : undefined

/** The circuits a subject lies in, nearest first. */
export const circuitsOf = (site: Site, { kind, id }: Subject): readonly string[] => {
  const own =
    kind === 'circuit'
      ? id
      : kind === 'charger'
        ? site.chargers.find((charger) => charger.id === id)?.circuit
        : kind === 'meter'
          ? site.circuits.find(({ meter }) => meter === id)?.id
          : undefined
  const found: string[] = []
  for (let at = own; at !== undefined && !found.includes(at);) {
    found.push(at)
    const here = at
    at = site.circuits.find((circuit) => circuit.id === here)?.parent
  }
  return found
}

const nameIn = (list: readonly { readonly id: string; readonly name?: string | undefined }[], id: string): string =>
  list.find((entry) => entry.id === id)?.name ?? id

/** "all on line RS-485 south hall" or "all below circuit Feeder 2": the one place to look at first; null where there is none. */
export const commonPlace = (site: Site, findings: readonly Finding[]): string | null => {
  if (findings.length < 2) return null
  const lines = new Set(findings.map(({ subject }) => lineOf(site, subject)))
  const [line] = lines
  if (lines.size === 1 && line !== undefined) return `all on line ${nameIn(site.lines, line)}`
  const paths = findings.map(({ subject }) => circuitsOf(site, subject))
  const root = new Set(site.circuits.filter(({ parent }) => parent === undefined).map(({ id }) => id))
  // Everything lies below the grid connection: only something nearer is worth saying.
  const shared = (paths[0] ?? []).find((id) => !root.has(id) && paths.every((path) => path.includes(id)))
  return shared === undefined ? null : `all in circuit ${nameIn(site.circuits, shared)}`
}

/** Active findings by their cause, the group with the worst and newest finding first. */
export const alarmGroups = (site: Site | undefined, findings: readonly Finding[]): readonly AlarmGroup[] => {
  const byDetector = new Map<string, Finding[]>()
  for (const finding of [...findings].sort(bySeverity)) {
    const held = byDetector.get(finding.detector)
    if (held === undefined) byDetector.set(finding.detector, [finding])
    else held.push(finding)
  }
  return [...byDetector].map(([detector, group]) => ({
    detector,
    findings: group,
    common: site === undefined ? null : commonPlace(site, group),
  }))
}

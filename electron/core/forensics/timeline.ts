import type { Incident, IncidentChange } from '../../../shared/forensics/incident.ts'
import type { Finding } from '../../../shared/model/finding.ts'
import { phases } from '../../../shared/model/phase.ts'
import type { Site } from '../../../shared/site/site.ts'
import { chargersUnder, circuitsUnder } from '../detectors/circuit-tree.ts'
import type { Frame } from './frame.ts'
import { supplyMeters } from './gather/gather-supply.ts'
import { chargerLook, circuitLook, meterLook, type History } from './history.ts'

/** So many of each are drawn; the incident's own come first. */
const mostCircuits = 6
const mostChargers = 16
/** Every second around the moment, every fifth farther away, with the highest (of voltages the lowest) of what is left out. */
const wholeMs = 120_000
const coarseMs = 5000

type Series = Incident['series'][number]
interface Column {
  readonly about: Omit<Series, 'values'>
  readonly pick: (frame: Frame) => number | null
  readonly keepLowest: boolean
}

const rounded = (value: number | null): number | null =>
  value === null || Number.isNaN(value) ? null : Math.round(value * 100) / 100

/** The circuit, what feeds it, what it feeds, its supply's voltage, and its chargers. */
export const timelineColumns = (site: Site, history: History, circuitId: string | null): readonly Column[] => {
  const { layout } = history.columnsOf
  const circuit =
    site.circuits.find(({ id }) => id === circuitId) ?? site.circuits.find(({ parent }) => parent === undefined) ?? null
  if (circuit === null) return []
  const above = site.circuits.filter(
    ({ id }) => id !== circuit.id && circuitsUnder(site, id).some((one) => one.id === circuit.id),
  )
  const below = circuitsUnder(site, circuit.id).filter(({ id }) => id !== circuit.id)
  const shown = [circuit, ...above, ...below].slice(0, mostCircuits)
  const currents = shown.flatMap((one) =>
    phases.flatMap((phase, index): readonly Column[] =>
      one.phases.includes(phase)
        ? [
            {
              about: {
                key: `i:${one.id}:${phase}`,
                label: `${one.name ?? one.id} ${phase}`,
                unit: 'A',
                group: 'current',
              },
              pick: (frame) => rounded(circuitLook(layout, frame, one.id).currents[index] ?? null),
              keepLowest: false,
            },
          ]
        : [],
    ),
  )
  const voltages = [
    ...new Set([...supplyMeters(site, circuit), ...(circuit.meter === undefined ? [] : [circuit.meter])]),
  ].flatMap((id) =>
    phases.map((phase, index): Column => ({
      about: {
        key: `u:${id}:${phase}`,
        label: `${site.meters.find((meter) => meter.id === id)?.name ?? id} ${phase}`,
        unit: 'V',
        group: 'voltage',
      },
      pick: (frame) => rounded(frame.values[(layout.meters.get(id) ?? -1) + index] ?? null),
      keepLowest: true,
    })),
  )
  const chargers = chargersUnder(site, circuit.id)
    .slice(0, mostChargers)
    .flatMap(({ id, name = id }): readonly Column[] => [
      {
        about: { key: `c:${id}`, label: name, unit: 'A', group: 'charger' },
        pick: (frame) => rounded(chargerLook(layout, frame, id).highest),
        keepLowest: false,
      },
      {
        about: { key: `l:${id}`, label: `${name} limit`, unit: 'A', group: 'limit' },
        pick: (frame) => rounded(chargerLook(layout, frame, id).limitA),
        keepLowest: false,
      },
    ])
  return [...currents, ...voltages, ...chargers]
}

/** Frames of a stretch as rows of the drawing, thinned away from the moment; extremes that were seen are kept. */
export const timelineRows = (
  columns: readonly Column[],
  frames: readonly Frame[],
  momentMs: number,
): { readonly times: readonly number[]; readonly values: readonly (readonly (number | null)[])[] } => {
  const groups: Frame[][] = []
  let bucket = NaN
  for (const frame of frames) {
    const isNear = Math.abs(frame.atMs - momentMs) <= wholeMs
    const own = isNear ? NaN : Math.floor((frame.atMs - momentMs) / coarseMs)
    const last = groups.at(-1)
    if (last !== undefined && own === bucket) last.push(frame)
    else groups.push([frame])
    bucket = own
  }
  return {
    times: groups.map((group) => group.at(-1)?.atMs ?? 0),
    values: columns.map(({ pick, keepLowest }) =>
      groups.map((group) => {
        const known = group.map(pick).filter((value): value is number => value !== null)
        return known.length === 0 ? null : keepLowest ? Math.min(...known) : Math.max(...known)
      }),
    ),
  }
}

const statusWords = (from: string | null, to: string | null): string => `${from ?? 'silent'} to ${to ?? 'silent'}`

/** What changed at the chargers and in the supply over a stretch of frames: starts, ends, limits, statuses, silence. */
export const changesOf = (
  site: Site,
  history: History,
  circuitId: string | null,
  frames: readonly Frame[],
): readonly IncidentChange[] => {
  const { layout } = history.columnsOf
  const chargers = circuitId === null ? site.chargers : chargersUnder(site, circuitId)
  const found: IncidentChange[] = []
  for (const { id, name = id } of chargers) {
    let last = frames[0] === undefined ? null : chargerLook(layout, frames[0], id)
    for (const frame of frames.slice(1)) {
      const look = chargerLook(layout, frame, id)
      if (last === null) break
      const tell = (kind: IncidentChange['kind'], text: string): void => {
        found.push({ atMs: frame.atMs, kind, subject: name, text })
      }
      if (last.answers && !look.answers) tell('silent', `${name} no longer answers`)
      if (!last.answers && look.answers) tell('back', `${name} answers again`)
      if (look.answers && last.answers) {
        if ((last.highest ?? 0) < 1 && (look.highest ?? 0) >= 2.5)
          tell('start', `${name} begins to draw ${(look.highest ?? 0).toFixed(1)} A`)
        if ((last.highest ?? 0) >= 2.5 && look.highest !== null && look.highest < 1)
          tell('end', `${name} stops drawing (${(last.highest ?? 0).toFixed(1)} A before)`)
        if (last.status !== look.status) tell('status', `${name}: ${statusWords(last.status, look.status)}`)
        if (last.limitA !== null && look.limitA !== null && Math.abs(last.limitA - look.limitA) >= 0.5)
          tell('limit', `${name}: limit ${last.limitA.toFixed(1)} A to ${look.limitA.toFixed(1)} A`)
      }
      // The last answer stays what a new one is compared with.
      last = look.answers ? look : { ...last, answers: false }
    }
  }
  for (const meterId of supplyMeters(site, site.circuits.find(({ id }) => id === circuitId) ?? null)) {
    const nominalV = site.grid.nominalVoltage
    let wasIn: boolean | null = null
    for (const frame of frames) {
      const { lowestV, highestV } = meterLook(layout, frame, meterId)
      if (lowestV === null || highestV === null) continue
      const isIn = lowestV >= 0.9 * nominalV && highestV <= 1.1 * nominalV
      if (wasIn !== null && wasIn !== isIn)
        found.push({
          atMs: frame.atMs,
          kind: 'voltage',
          subject: meterId,
          text: isIn
            ? `voltage back inside its window (${lowestV.toFixed(0)} V)`
            : `voltage outside its window: ${(lowestV < 0.9 * nominalV ? lowestV : highestV).toFixed(0)} V`,
        })
      wasIn = isIn
    }
  }
  return found
}

/** A finding as a change of the timeline. */
export const changeOfFinding = (finding: Finding): IncidentChange => ({
  atMs: finding.state === 'active' ? finding.raisedAtMs : (finding.clearedAtMs ?? finding.updatedAtMs),
  kind: 'finding',
  subject: finding.subject.id,
  text:
    finding.state === 'active'
      ? `${finding.title}${finding.phase === null ? '' : ` (${finding.phase})`}`
      : `over: ${finding.title}`,
})

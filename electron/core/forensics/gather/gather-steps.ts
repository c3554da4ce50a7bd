import type { PhaseMapEvidence, StiffnessEvidence } from '../../../../shared/forensics/evidence.ts'
import { phases } from '../../../../shared/model/phase.ts'
import type { SiteCharger, SiteCircuit } from '../../../../shared/site/site.ts'
import { circuitsUnder, meteredAbove } from '../../detectors/circuit-tree.ts'
import type { Frame } from '../frame.ts'
import { chargerLook, circuitLook, meterLook, type History } from '../history.ts'

/** A step worth judging, A, and how much of it must be seen, or may be seen elsewhere (electrical.md 6.4, 9: half of the step). */
const stepA = 4
const seenShare = 0.5
const missedShare = 0.3
/** Frames compared: this long before the step, and this long after it, by when meter and charger both tell of it, ms. */
const reachMs = 8000

/** Voltages of a grid and a meter differ by this from second to second at least, V. Editable assumption. */
const leastScatterV = 0.15

const median = (values: readonly number[]): number => {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? NaN
}
const nan3 = [NaN, NaN, NaN]

/** Changes of each charger's currents and of the circuit's, over the same stretch of time. */
const changes = (history: History, circuit: SiteCircuit, chargers: readonly SiteCharger[], untilMs: number) => {
  const { layout } = history.columnsOf
  const frames = history.frames(-Infinity, untilMs)
  const rows = frames.map((frame: Frame) => ({
    atMs: frame.atMs,
    circuit: circuitLook(layout, frame, circuit.id).currents,
    chargers: chargers.map(({ id }) => chargerLook(layout, frame, id).currents),
  }))
  const mean = (from: number, to: number, pick: (row: (typeof rows)[number]) => readonly number[]): readonly number[] =>
    nan3.map((_none, index) => median(rows.slice(Math.max(0, from), to).map((row) => pick(row)[index] ?? NaN)))
  return { rows, mean }
}

/** Median over this long before the moment, ms; less than this apart, A and as a share of what the chargers draw, is other load or error. */
const standingMs = 12_000
const standingA = 3
const standingShare = 0.25

/**
 * Without any step: what the chargers draw on their declared phases against what the meter of the circuit carries. Less on one phase than
 * they draw there, and as much more on another, is a load on another phase; other load can only add. Null: it agrees, or is not known.
 */
const standingMismatch = (
  history: History,
  circuit: SiteCircuit,
  chargers: readonly SiteCharger[],
  untilMs: number,
): { readonly says: string | null; readonly agrees: boolean } => {
  const { layout } = history.columnsOf
  const frames = history.frames(untilMs - standingMs, untilMs)
  const rows = frames.flatMap((frame) => {
    const seen = circuitLook(layout, frame, circuit.id).currents
    const looks = chargers.map(({ id }) => chargerLook(layout, frame, id))
    // One that draws and is not read would be missing from the sum.
    const isWhole = looks.every(({ answers, highest }) => answers && highest !== null)
    if (!isWhole || seen.some((value) => Number.isNaN(value))) return []
    const drawn = nan3.map((_none, p) =>
      looks.reduce((sum, { currents }) => sum + (Number.isNaN(currents[p] ?? NaN) ? 0 : (currents[p] ?? 0)), 0),
    )
    return [{ seen, drawn }]
  })
  if (chargers.length === 0 || rows.length < 4) return { says: null, agrees: false }
  const middle = (pick: (row: (typeof rows)[number]) => readonly number[]): readonly number[] =>
    nan3.map((_none, p) => median(rows.map((row) => pick(row)[p] ?? NaN)))
  const seen = middle((row) => row.seen)
  const drawn = middle((row) => row.drawn)
  const most = Math.max(...drawn)
  const allowed = standingA + standingShare * most
  const differences = seen.map((value, p) => value - (drawn[p] ?? 0))
  if (Math.min(...differences) > -allowed)
    return { says: null, agrees: most > 2 * standingA && Math.max(...differences) < allowed }
  if (Math.max(...differences) < allowed) return { says: null, agrees: false }
  const list = (values: readonly number[]): string => values.map((value) => value.toFixed(0)).join('/')
  return {
    says: `the chargers drew ${list(drawn)} A on ${phases.join('/')} as declared, and the meter carried ${list(seen)} A there`,
    agrees: false,
  }
}

/**
 * Whether the steps of chargers were seen on the phases that the site file counts them on. Only a step that stands alone is judged:
 * nothing else of the circuit's chargers moved in the same seconds.
 */
export const gatherPhaseMap = (
  history: History,
  circuit: SiteCircuit,
  chargers: readonly SiteCharger[],
  untilMs: number,
): PhaseMapEvidence => {
  const ids = new Set(chargers.map(({ id }) => id))
  const under = new Set(circuitsUnder(history.site, circuit.id).map(({ id }) => id))
  const finding = history
    .activeFindings()
    .find(({ detector, subject }) => detector === 'phase-map' && (ids.has(subject.id) || under.has(subject.id)))
  const base = { hasFinding: finding !== undefined, said: finding?.message ?? null }
  if (circuit.meter === undefined) return { contradicting: 0, agreeing: 0, standing: null, ...base }
  const standing = standingMismatch(history, circuit, chargers, untilMs)
  const { rows, mean } = changes(history, circuit, chargers, untilMs)
  let contradicting = 0
  let agreeing = 0
  let said = base.said
  let quietUntil = -Infinity
  for (let index = 4; index < rows.length; index += 1) {
    const row = rows[index]
    const last = rows[index - 1]
    if (row === undefined || last === undefined || row.atMs < quietUntil) continue
    const moved = chargers.findIndex((_charger, at) =>
      phases.some((_phase, p) => Math.abs((row.chargers[at]?.[p] ?? NaN) - (last.chargers[at]?.[p] ?? NaN)) >= stepA),
    )
    if (moved < 0) continue
    const end = rows.findIndex((one) => one.atMs >= row.atMs + reachMs)
    if (end < 0 || (rows[end]?.atMs ?? 0) > untilMs - 1000) break
    const start = rows.findIndex((one) => one.atMs >= row.atMs - reachMs)
    quietUntil = row.atMs + reachMs
    const change = (pick: (one: (typeof rows)[number]) => readonly number[]): readonly number[] => {
      const before = mean(start, Math.max(start + 1, start + 3), pick)
      const after = mean(end - 2, end + 1, pick)
      return before.map((value, p) => (after[p] ?? NaN) - value)
    }
    const own = change((one) => one.chargers[moved] ?? nan3)
    const others = chargers.flatMap((_charger, at) => (at === moved ? [] : change((one) => one.chargers[at] ?? nan3)))
    const step = Math.max(...own.map((value) => (Number.isNaN(value) ? 0 : Math.abs(value))))
    if (step < stepA || others.some((value) => Math.abs(value) > 0.3 * step)) continue
    const seen = change((one) => one.circuit)
    if (seen.some((value) => Number.isNaN(value))) continue
    const sign = Math.sign(own.find((value) => Math.abs(value) >= 0.6 * step) ?? 1)
    const expected = own.map((value) => Math.abs(value) >= 0.6 * step)
    const missed = expected.some((isIt, p) => isIt && (seen[p] ?? 0) * sign < missedShare * step)
    const elsewhere = expected.some(
      (isIt, p) => !isIt && Math.abs(own[p] ?? 0) < 0.2 * step && (seen[p] ?? 0) * sign > 0.6 * step,
    )
    const all = expected.every(
      (isIt, p) => !isIt || ((seen[p] ?? 0) * sign > seenShare * step && (seen[p] ?? 0) * sign < 1.5 * step),
    )
    if (missed && elsewhere) {
      contradicting += 1
      const name = chargers[moved]?.name ?? chargers[moved]?.id ?? ''
      said ??= `${name} moved by ${step.toFixed(1)} A on ${phases.filter((_p, p) => expected[p]).join(', ')} as declared, and the meter saw it on ${phases.filter((_p, p) => (seen[p] ?? 0) * sign > 0.6 * step).join(', ')}`
    } else if (all && !elsewhere) agreeing += 1
  }
  return {
    contradicting,
    agreeing,
    hasFinding: base.hasFinding,
    said: said ?? standing.says,
    standing: standing.says !== null ? 'contradicts' : standing.agrees ? 'agrees' : null,
  }
}

/** Voltages against those of the meter above, so that what the grid does takes no part; by themselves where there is none. */
const dropOf = (own: readonly number[], above: readonly number[] | null): readonly number[] =>
  above === null ? own : own.length === 3 && above.length === 3 ? own.map((volts, p) => volts - (above[p] ?? NaN)) : []

/**
 * Source impedance per phase from steps of load, as the sum of -dU·dI over the sum of dI² (least squares through the origin), of steps of
 * 4 A and more within a few seconds. Voltages of the circuit's own meter.
 */
export const gatherStiffness = (
  history: History,
  circuit: SiteCircuit,
  untilMs: number,
): readonly StiffnessEvidence[] => {
  const { meter } = circuit
  if (meter === undefined) return []
  const { layout } = history.columnsOf
  const above = meteredAbove(history.site, circuit)?.meter ?? null
  const rows = history.frames(-Infinity, untilMs).map((frame) => ({
    atMs: frame.atMs,
    currents: circuitLook(layout, frame, circuit.id).currents,
    voltages: dropOf(
      meterLook(layout, frame, meter).voltages,
      above === null ? null : meterLook(layout, frame, above).voltages,
    ),
  }))
  return phases.flatMap((phase, p): readonly StiffnessEvidence[] => {
    let products = 0
    let squares = 0
    const pairs: { readonly dU: number; readonly dI: number }[] = []
    for (let index = 5; index + 5 < rows.length; index += 1) {
      const current = (at: number): number => rows[at]?.currents[p] ?? NaN
      const jump = current(index) - current(index - 1)
      if (!(Math.abs(jump) >= stepA)) continue
      const before = median([current(index - 4), current(index - 3), current(index - 2)])
      const after = median([current(index + 2), current(index + 3), current(index + 4)])
      const volts = (at: number): number => (rows[at]?.voltages.length === 3 ? (rows[at]?.voltages[p] ?? NaN) : NaN)
      const dI = after - before
      const dU =
        median([volts(index + 2), volts(index + 3), volts(index + 4)]) -
        median([volts(index - 4), volts(index - 3), volts(index - 2)])
      if (!(Math.abs(dI) >= stepA) || Number.isNaN(dU) || before + after < 0.5) continue
      products -= dU * dI
      squares += dI * dI
      pairs.push({ dU, dI })
      index += 5
    }
    if (pairs.length === 0) return []
    const ohm = products / squares
    const scatter = pairs.reduce((sum, { dU, dI }) => sum + (dU + ohm * dI) ** 2, 0) / Math.max(1, pairs.length - 1)
    const errorOhm = Math.sqrt(Math.max(leastScatterV ** 2, scatter) / squares)
    return [{ phase, milliohm: 1000 * ohm, errorMilliohm: 1000 * errorOhm, steps: pairs.length }]
  })
}

import { breakerBand } from '../../../../shared/electrical/breaker/breaker-band.ts'
import { breakerModel } from '../../../../shared/electrical/breaker/breaker-model.ts'
import { coldTripS } from '../../../../shared/electrical/breaker/bound.ts'
import type { BreakerModel } from '../../../../shared/electrical/breaker/model.ts'
import { selectivity, selectivitySentence } from '../../../../shared/electrical/breaker/selectivity.ts'
import {
  equivalentPoints,
  marginOverTime,
  overloadPath,
  stretchesOf,
  type MarginMoment,
  type PoleReadings,
} from '../../../../shared/electrical/breaker/trail.ts'
import type { Phase } from '../../../../shared/model/phase.ts'
import type { Site, SiteBreaker, SiteCircuit } from '../../../../shared/site/site.ts'
import type { CurveBand, CurveTrail } from '../../../charts/curve/curve-draw.ts'
import { nearestIndex } from '../../../charts/trace-buffer.ts'
import { secondsText } from '../../../charts/curve/curve-scale.ts'
import { formatAmperes, formatLimit, formatPercent } from '../../../format/number.ts'

/** A breaker on the paper: the one that is looked at first, then those that feed it. */
export interface CurveDevice {
  readonly id: string
  readonly name: string
  readonly breaker: SiteBreaker
  readonly model: BreakerModel
}

/** What one pole carried. */
export interface CurvePole extends PoleReadings {
  readonly phase: Phase
  readonly nowA: number | null
}

export const phaseColour: Readonly<Record<Phase, string>> = {
  L1: '--ts-phase-1',
  L2: '--ts-phase-2',
  L3: '--ts-phase-3',
}

export const deviceOf = ({ id, name, breaker }: SiteCircuit): CurveDevice | null => {
  const model = breaker === undefined ? null : breakerModel(breaker)
  return breaker === undefined || model === null || 'why' in model ? null : { id, name: name ?? id, breaker, model }
}

/** Why a circuit has no curve, for a person; null where it has one. */
export const noCurveWhy = ({ breaker }: SiteCircuit): string | null => {
  if (breaker === undefined) return 'the site file names no breaker for this circuit'
  const model = breakerModel(breaker)
  return 'why' in model ? model.why : null
}

/** The circuit's breaker and those above it, nearest first; circuits without a model are left out. */
export const seriesOf = (site: Site, circuitId: string): readonly CurveDevice[] => {
  const devices: CurveDevice[] = []
  const passed = new Set<string>()
  for (let id: string | undefined = circuitId; id !== undefined && !passed.has(id);) {
    passed.add(id)
    const circuit: SiteCircuit | undefined = site.circuits.find((each) => each.id === id)
    const device = circuit === undefined ? null : deviceOf(circuit)
    if (device !== null) devices.push(device)
    id = circuit?.parent
  }
  return devices
}

const pointsPerBand = 400

/** The currents that are shown: from half of the smallest rating to beyond the last instantaneous part. */
export const shownCurrents = (devices: readonly CurveDevice[]): readonly [number, number] => {
  const smallest = Math.min(...devices.map(({ model }) => model.effectiveA))
  const largest = Math.max(
    ...devices.map(({ model }) => Math.max(model.instantaneous?.tripA ?? 0, 12 * model.effectiveA)),
  )
  return [smallest / 2, largest * 1.6]
}

/** The early bound as it would be at reference conditions, where ambient, neighbours or a factor move it. */
const referenceOf = ({ breaker }: CurveDevice, model: BreakerModel, toA: number): CurveBand['reference'] => {
  const bare = breakerModel({ ...breaker, ambient: undefined, groupedWith: undefined, factor: undefined })
  if ('why' in bare || Math.abs(bare.effectiveA / model.effectiveA - 1) < 0.005) return []
  return breakerBand(bare)
    .curve(toA, pointsPerBand / 2)
    .flatMap(({ currentA, earlyS }) => (earlyS === Infinity ? [] : [[currentA, earlyS] as const]))
}

export const bandsOf = (devices: readonly CurveDevice[]): readonly CurveBand[] => {
  const [, toA] = shownCurrents(devices)
  return devices.map((device, index) => ({
    id: device.id,
    label: `${device.name}: ${device.model.label}`,
    points: breakerBand(device.model).curve(toA, pointsPerBand),
    reference: index === 0 ? referenceOf(device, device.model, toA) : [],
    isChosen: index === 0,
  }))
}

export interface PoleFacts {
  readonly phase: Phase
  readonly trail: CurveTrail
  readonly moments: readonly MarginMoment[]
}

/** Current at the time cursor where it points into the readings, else now. */
export const markedA = ({ nowA, atMs, amperes }: CurvePole, cursorMs: number | null): number | null => {
  const [first, last] = [atMs[0], atMs.at(-1)]
  if (cursorMs === null || first === undefined || last === undefined || cursorMs < first || cursorMs > last) return nowA
  return amperes[nearestIndex(atMs, cursorMs) ?? 0] ?? null
}

export const poleFacts = (device: CurveDevice, poles: readonly CurvePole[]): readonly PoleFacts[] =>
  poles.map(({ phase, nowA, ...readings }) => {
    const stretches = stretchesOf(readings)
    return {
      phase,
      trail: {
        label: phase,
        colour: phaseColour[phase],
        path: overloadPath(stretches, device.model.effectiveA),
        equivalents: equivalentPoints(stretches),
        markedA: nowA,
      },
      moments: marginOverTime(stretches, device.model),
    }
  })

/** One sentence for each breaker above: who opens first. `otherA` by id: what it carries besides. */
export const selectivityOf = (devices: readonly CurveDevice[]): readonly string[] => {
  const [lower, ...above] = devices
  return lower === undefined
    ? []
    : above.map((upper) => selectivitySentence(lower, upper, selectivity(lower.model, upper.model)))
}

const timeText = (seconds: number): string => (seconds === Infinity ? 'no trip' : secondsText(seconds))

/** "7.5 s to 60 s", "no trip" */
export const bandText = (device: CurveDevice, currentA: number): string => {
  const { earlyS, lateS } = breakerBand(device.model).at(currentA)
  if (earlyS === Infinity) return 'no trip'
  return `${timeText(earlyS)} to ${lateS === Infinity ? 'never' : timeText(lateS)}`
}

/** The hardest of a pole's points against the early bound: what came nearest to a trip from cold. */
const nearestPoint = (device: CurveDevice, trail: CurveTrail): { text: string; share: number } | null => {
  let nearest: { text: string; share: number } | null = null
  for (const [currentA, seconds] of trail.equivalents) {
    const tripS = coldTripS(device.model.early, currentA)
    const share = tripS === Infinity ? 0 : seconds / tripS
    if (nearest === null || share > nearest.share)
      nearest = { text: `${formatAmperes(currentA)} A over ${secondsText(seconds)}`, share }
  }
  return nearest
}

/** The chart in words: the breaker, its band, and what each pole did. */
export const curveSummary = (devices: readonly CurveDevice[], poles: readonly PoleFacts[]): string => {
  const [device] = devices
  if (device === undefined) return 'No breaker with a curve'
  const { model } = device
  const carried = poles.map(({ phase, trail, moments }) => {
    const last = moments.at(-1)
    const nearest = nearestPoint(device, trail)
    const hardest = nearest === null ? 'nothing measured' : `hardest ${nearest.text}`
    const margin =
      last === undefined
        ? ''
        : `, ${formatPercent(last.earlyCold)} to ${formatPercent(last.earlyHot)} % of the early bound used`
    return `${phase}: ${hardest}${margin}`
  })
  return (
    `${device.name}, ${model.label}, carries ${formatLimit(Math.round(model.effectiveA * 10) / 10)} A where it sits; ` +
    `at twice that it trips after ${bandText(device, 2 * model.effectiveA)}. ${carried.join('. ')}. ${selectivityOf(devices).join(' ')}`
  )
}

/** Currents of the table: multiples of the chosen breaker's effective rating. */
const multiples = [1, 1.13, 1.3, 1.45, 2, 2.55, 3, 5, 7, 10, 15, 20] as const

export const tableCurrents = (device: CurveDevice): readonly number[] =>
  multiples.map((multiple) => multiple * device.model.effectiveA)

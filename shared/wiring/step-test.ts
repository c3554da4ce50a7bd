import { perPhase, phases, type PerPhase, type Phase } from '../model/phase.ts'
import { signatureOf, type PhaseLook, type Signature } from './signature.ts'

/** What was read of one meter on one level: each reading once, per phase. Missing quantities are empty lists. */
export interface MeterSeries {
  readonly i: PerPhase<readonly number[]>
  readonly p: PerPhase<readonly number[]>
  readonly q: PerPhase<readonly number[]>
  readonly u: PerPhase<readonly number[]>
}
/** One level the charger was held at, until every meter had its readings. */
export interface Plateau {
  readonly level: 'low' | 'high'
  /** The charger's own currents and voltages at its terminals T1, T2, T3; empty where it does not say. */
  readonly terminalA: readonly (readonly number[])[]
  readonly terminalV: readonly (readonly number[])[]
  readonly meters: ReadonlyMap<string, MeterSeries>
  /** How long after the limit was asked for each meter had followed, ms. */
  readonly settleMs: ReadonlyMap<string, number>
}

/** How one phase of one meter answered, medians over all steps up and down. */
export interface PhaseResponse {
  readonly stepA: number | null
  readonly stepW: number | null
  readonly stepVar: number | null
  readonly stepV: number | null
  /** Spread of its readings on one level, A: 1 sigma. */
  readonly noiseA: number
  readonly responds: boolean
  /** Share of the charger's own step; null where it does not respond. */
  readonly gain: number | null
  /** What that share may be off by because the steps differ among themselves: something else switched meanwhile. Two sigma of their median. */
  readonly gainError: number
  /** Of the step's current behind the voltage; null without reactive power and where it does not respond. */
  readonly angleDeg: number | null
  /** Source impedance as the voltage fell with the current; null where the fall is not clear of the noise. */
  readonly ohm: number | null
}
export interface MeterResponse {
  readonly meterId: string
  readonly phases: PerPhase<PhaseResponse>
  readonly signature: Signature | null
  readonly settleMs: number | null
}
export interface StepResult {
  /** What the charger says of its own step at T1, T2, T3, A; null: it does not say. */
  readonly terminalStepA: readonly (number | null)[]
  /** Volts its terminals fell for each ampere, ohm. */
  readonly terminalOhm: readonly (number | null)[]
  /** Terminals the car draws on; null where the charger does not measure. */
  readonly usedTerminals: number | null
  /** The step everything is compared with, A. */
  readonly stepA: number
  readonly steps: number
  readonly meters: readonly MeterResponse[]
}

/** electrical.md 6.4.9: a phase responds from half of the step on, and clear of its noise; less than half, so that half of a ratio still does. */
const respondsFrom = 0.4
const clearOf = 3
/** A terminal is used where it takes part in the step by this, A. */
const usedFromA = 2

export const median = (values: readonly number[]): number | null => {
  if (values.length === 0) return null
  const sorted = values.toSorted((a, b) => a - b)
  const low = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0
  const high = sorted[Math.ceil((sorted.length - 1) / 2)] ?? 0
  return (low + high) / 2
}
/** Standard deviation by the median of the deviations, which outliers don't move. */
const spreadOf = (values: readonly number[]): number => {
  const middle = median(values)
  return middle === null ? 0 : 1.4826 * (median(values.map((value) => Math.abs(value - middle))) ?? 0)
}

type Of = (plateau: Plateau) => readonly number[]

/** Every step, turned so that up counts positive. */
const stepsOf = (plateaus: readonly Plateau[], of: Of): readonly number[] =>
  plateaus.slice(1).flatMap((after, index) => {
    const before = plateaus[index]
    if (before === undefined) return []
    const [from, to] = [median(of(before)), median(of(after))]
    return from === null || to === null ? [] : [(to - from) * (after.level === 'high' ? 1 : -1)]
  })
/** Their median; null without one. Up and down cancel what drifts. */
const stepOf = (plateaus: readonly Plateau[], of: Of): number | null => median(stepsOf(plateaus, of))
/** Two sigma of that median: 1.25 times the spread over the root of their count, for what is about normal. */
const stepErrorOf = (plateaus: readonly Plateau[], of: Of): number => {
  const steps = stepsOf(plateaus, of)
  return steps.length === 0 ? 0 : (2 * 1.25 * spreadOf(steps)) / Math.sqrt(steps.length)
}
const noiseOf = (plateaus: readonly Plateau[], of: Of): number =>
  median(plateaus.map((plateau) => spreadOf(of(plateau)))) ?? 0

const none: readonly number[] = []

/** From so many steps on their own spread tells how sure their median is; before, that of the readings has to do. */
const stepsForSpread = 4

/** Volts for each ampere; null where the fall is not clear of what the steps differ by: drift, and other load on the same cable. */
const ohmOf = (plateaus: readonly Plateau[], of: Of, stepA: number | null): number | null => {
  const steps = stepsOf(plateaus, of)
  const stepV = median(steps)
  if (stepV === null || stepA === null || Math.abs(stepA) < usedFromA) return null
  const unsureV = steps.length >= stepsForSpread ? 1.5 * stepErrorOf(plateaus, of) : clearOf * noiseOf(plateaus, of)
  return Math.abs(stepV) < Math.max(unsureV, 0.05) ? null : -stepV / Math.abs(stepA)
}

const phaseResponse = (
  plateaus: readonly Plateau[],
  meterId: string,
  phase: Phase,
  expectedA: number,
): PhaseResponse => {
  const of =
    (quantity: keyof MeterSeries): Of =>
    (plateau) =>
      plateau.meters.get(meterId)?.[quantity][phase] ?? none
  const [stepA, stepW, stepVar, stepV] = [of('i'), of('p'), of('q'), of('u')].map((each) => stepOf(plateaus, each))
  const noiseA = noiseOf(plateaus, of('i'))
  const volts = median(plateaus.flatMap((plateau) => of('u')(plateau)))
  const complexA =
    stepW == null || stepVar == null || volts === null || volts < 50 ? null : Math.hypot(stepW, stepVar) / volts
  const shownA = complexA ?? (stepA === undefined ? null : stepA === null ? null : Math.abs(stepA))
  const responds = shownA !== null && expectedA > 0 && shownA >= respondsFrom * expectedA && shownA >= clearOf * noiseA
  return {
    stepA: stepA ?? null,
    stepW: stepW ?? null,
    stepVar: stepVar ?? null,
    stepV: stepV ?? null,
    noiseA,
    responds,
    gain: responds ? shownA / expectedA : null,
    gainError: expectedA > 0 ? stepErrorOf(plateaus, of('i')) / expectedA : 0,
    angleDeg: responds && complexA !== null ? (Math.atan2(stepVar ?? 0, stepW ?? 0) * 180) / Math.PI : null,
    ohm: responds ? ohmOf(plateaus, of('u'), shownA) : null,
  }
}

const signatureOfSteps = (answer: PerPhase<PhaseResponse>): Signature | null => {
  const looks = new Map<Phase, PhaseLook>()
  for (const phase of phases) {
    const { responds, stepA, stepW, stepVar } = answer[phase]
    if (!responds || stepW === null || stepA === null) continue
    // Of the step alone: nothing else on the circuit bends it.
    const apparentVA = stepVar === null ? Math.max(Math.abs(stepA) * 230, Math.abs(stepW)) : Math.hypot(stepW, stepVar)
    looks.set(phase, { currentA: Math.abs(stepA), activeW: stepW, apparentVA, reactiveVar: stepVar })
  }
  return signatureOf(looks)
}

/** What a run has shown so far. `expectedA`: the step that was asked for, where the charger does not measure its own. */
export const analyseSteps = (
  plateaus: readonly Plateau[],
  meterIds: readonly string[],
  expectedA: number,
): StepResult => {
  const terminals = plateaus[0]?.terminalA.length ?? 0
  const indexes = Array.from({ length: terminals }, (_, index) => index)
  const terminalStepA = indexes.map((index) => stepOf(plateaus, ({ terminalA }) => terminalA[index] ?? none))
  const used = terminalStepA.filter((step): step is number => step !== null && step >= usedFromA)
  const says = terminalStepA.some((step) => step !== null)
  const stepA = used.length > 0 ? used.reduce((sum, step) => sum + step, 0) / used.length : expectedA
  return {
    terminalStepA,
    terminalOhm: indexes.map((index) =>
      ohmOf(plateaus, ({ terminalV }) => terminalV[index] ?? none, terminalStepA[index] ?? null),
    ),
    usedTerminals: says ? used.length : null,
    stepA,
    steps: Math.max(0, plateaus.length - 1),
    meters: meterIds.map((meterId) => {
      const answer = perPhase((phase) => phaseResponse(plateaus, meterId, phase, stepA))
      return {
        meterId,
        phases: answer,
        signature: signatureOfSteps(answer),
        settleMs: median(plateaus.slice(1).flatMap(({ settleMs }) => settleMs.get(meterId) ?? [])),
      }
    }),
  }
}

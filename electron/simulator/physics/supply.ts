import { perPhase, phases, type PerPhase, type Phase } from '../../../shared/model/phase.ts'
import { createRandom, createWander } from '../random.ts'
import { phaseAngle, polar, type Phasor } from './phasor.ts'

export interface SupplySettings {
  readonly voltage: number
  readonly frequency: number
  /** Standard deviations: quick noise and slow drift of the voltage (V), wander of the frequency (Hz). */
  readonly noise: number
  readonly drift: number
  readonly frequencyWander: number
}

export interface Dip {
  readonly depthPercent: number
  readonly phases: readonly Phase[]
  readonly fromS: number
  readonly toS: number
}

/** What the grid does wrong, set by faults. */
export interface SupplyFaults {
  readonly dips: Set<Dip>
  readonly lostPhases: Set<Phase>
}

export interface SupplyState {
  readonly source: PerPhase<Phasor>
  readonly frequencyHz: number
}

/** What a meter still sees on a conductor whose fuse is gone, coupled in from its neighbours (editable assumption). */
const inducedShare = 0.03

/** What is left of a phase's voltage at an instant. */
export const dipShareAt = (dips: Iterable<Dip>, phase: Phase, atS: number): number => {
  let share = 1
  for (const dip of dips)
    if (dip.phases.includes(phase) && atS >= dip.fromS && atS < dip.toS)
      share = Math.min(share, 1 - dip.depthPercent / 100)
  return share
}

/** RMS factor of a step of which a part lies in a dip: the mean square of both parts. */
export const dipFactor = (dips: Iterable<Dip>, phase: Phase, fromS: number, toS: number): number => {
  let square = 1
  for (const dip of dips) {
    if (!dip.phases.includes(phase)) continue
    const inside = Math.max(0, Math.min(toS, dip.toS) - Math.max(fromS, dip.fromS)) / (toS - fromS)
    const left = 1 - dip.depthPercent / 100
    square = Math.min(square, 1 - inside + inside * left * left)
  }
  return Math.sqrt(square)
}

/** The grid: open-circuit voltage of the three phases and the frequency, step by step. */
export const createSupply = (settings: SupplySettings, faults: SupplyFaults, seed: number) => {
  const frequency = createWander(createRandom(seed, 'grid frequency'), settings.frequencyWander, 40)
  const common = createWander(createRandom(seed, 'grid voltage'), settings.drift, 300)
  const own = perPhase((phase) => {
    const random = createRandom(seed, `grid voltage ${phase}`)
    const [drift, noise] = [createWander(random, settings.drift / 2, 120), createWander(random, settings.noise, 0.4)]
    return (stepS: number) => drift(stepS) + noise(stepS)
  })
  return {
    step: (timeS: number, stepS: number): SupplyState => {
      const frequencyHz = settings.frequency + frequency(stepS)
      const level = settings.voltage + common(stepS)
      const volts = { L1: 0, L2: 0, L3: 0 }
      // Every generator is asked in every step, fault or not, so that a fault does not change what comes after it.
      for (const phase of phases) volts[phase] = level + own[phase](stepS)
      const source = perPhase((phase) => {
        const share = faults.lostPhases.has(phase) ? inducedShare : dipFactor(faults.dips, phase, timeS, timeS + stepS)
        return polar(volts[phase] * share, phaseAngle[phase])
      })
      for (const dip of faults.dips) if (dip.toS < timeS) faults.dips.delete(dip)
      return { source, frequencyHz }
    },
  }
}

import { phases, type PerPhase, type Phase } from '../../../shared/model/phase.ts'
import type { WaveChannel } from '../../../shared/wave/wave-block.ts'
import { magnitude, type Phasor } from '../physics/phasor.ts'
import type { Random } from '../random.ts'
import { chargingCurrent, createShape, gridVoltage } from './wave-shapes.ts'

/** What one step of the world says of the place where the front end is wired in. */
export interface WaveStep {
  readonly samples: number
  /** Length of the step in the stream's time, s. */
  readonly lengthS: number
  readonly frequencyHz: number
  readonly voltage: PerPhase<Phasor>
  readonly current: PerPhase<Phasor>
  /** The voltage at a part of the step (0 to 1) against that of the whole step: 1 but where a dip begins or ends in it. */
  readonly share: (phase: Phase, part: number) => number
}

export const generatedChannels: readonly WaveChannel[] = [
  ...(['u1', 'u2', 'u3', 'un'] as const).map((name): WaveChannel => ({ name, unit: 'V' })),
  ...(['i1', 'i2', 'i3', 'in'] as const).map((name): WaveChannel => ({ name, unit: 'A' })),
]

/** Between two steps a value moves evenly; one that changes by more than half has been switched. */
const isSwitched = (before: number, now: number): boolean => Math.abs(now - before) > 0.5 * Math.max(before, now)

interface Swing {
  readonly size: number
  readonly turns: number
}
const swingOf = (phasor: Phasor): Swing => ({
  size: Math.SQRT2 * magnitude(phasor),
  turns: Math.atan2(phasor.im, phasor.re) / (2 * Math.PI),
})
/** From one swing to the next, the short way round. */
const course = (before: Swing, now: Swing): { readonly from: Swing; readonly size: number; readonly turns: number } => {
  if (isSwitched(before.size, now.size)) return { from: now, size: 0, turns: 0 }
  const turns = now.turns - before.turns
  return { from: before, size: now.size - before.size, turns: turns - Math.round(turns) }
}

/** Half of this is the converter's noise, V and A. */
const noise = { u: 0.1, i: 0.06 } as const
/** What the neutral is lifted by: its conductor's resistance (editable assumption) and a little from outside, V. */
const neutralOhm = 0.02
const strayV = 0.4

/** Samples of voltages and currents that follow what the world says, step by step, without a jump but those that really happen. */
export const createWaveGenerator = (random: Random) => {
  const [voltageShape, currentShape] = [createShape(gridVoltage), createShape(chargingCurrent)]
  let turns = 0
  let before: PerPhase<{ readonly u: Swing; readonly i: Swing }> | null = null

  const swings = ({ voltage, current }: WaveStep): PerPhase<{ readonly u: Swing; readonly i: Swing }> => ({
    L1: { u: swingOf(voltage.L1), i: swingOf(current.L1) },
    L2: { u: swingOf(voltage.L2), i: swingOf(current.L2) },
    L3: { u: swingOf(voltage.L3), i: swingOf(current.L3) },
  })
  const courses = (step: WaveStep, now: PerPhase<{ readonly u: Swing; readonly i: Swing }>) =>
    phases.map((phase) => {
      const last = before?.[phase] ?? now[phase]
      return {
        u: course(last.u, now[phase].u),
        i: course(last.i, now[phase].i),
        share: (part: number) => step.share(phase, part),
      }
    })

  return {
    /** The step's samples in the order of `generatedChannels`, V and A. */
    step: (step: WaveStep): readonly Float64Array[] => {
      const now = swings(step)
      const along = courses(step, now)
      const turnsEach = step.samples === 0 ? 0 : (step.frequencyHz * step.lengthS) / step.samples
      const out = generatedChannels.map(() => new Float64Array(step.samples))
      const [un, neutral] = [out[3], out[7]]
      for (let index = 0; index < step.samples; index += 1) {
        const part = index / step.samples
        const at = turns + index * turnsEach
        let sum = 0
        along.forEach(({ u, i, share }, phase) => {
          const [volts, amperes] = [out[phase], out[4 + phase]]
          if (volts === undefined || amperes === undefined) return
          const size = (u.from.size + u.size * part) * share(part)
          volts[index] = size * voltageShape(at + u.from.turns + u.turns * part) + noise.u * (random.next() - 0.5)
          const ampere = (i.from.size + i.size * part) * currentShape(at + i.from.turns + i.turns * part)
          amperes[index] = ampere + noise.i * (random.next() - 0.5)
          sum += ampere
        })
        if (neutral !== undefined) neutral[index] = sum + noise.i * (random.next() - 0.5)
        if (un !== undefined) un[index] = sum * neutralOhm + strayV * voltageShape(at)
      }
      turns = (turns + step.frequencyHz * step.lengthS) % 1
      before = now
      return out
    },
    /** Nobody listens: the wave goes on all the same. */
    skip: (step: Pick<WaveStep, 'frequencyHz' | 'lengthS'>): void => {
      turns = (turns + step.frequencyHz * step.lengthS) % 1
      before = null
    },
  }
}

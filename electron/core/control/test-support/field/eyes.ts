import type { Phase } from '../../../../../shared/model/phase.ts'
import { goodSample, missingSample, type Sample } from '../../../../../shared/model/sample.ts'
import type { Dice } from './random.ts'
import { conductors, type Currents } from './wires.ts'

/** How a meter of the field fails, from a moment on. */
export type Lie =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'frozen' | 'zero' | 'all-zero' | 'silent' | 'reversed' | 'swapped' | 'rotated'
    }
  | { readonly kind: 'scaled'; readonly factor: number }
  | { readonly kind: 'late'; readonly seconds: number }
  | { readonly kind: 'intermittent'; readonly lost: number }
  | { readonly kind: 'one-phase-dead'; readonly phase: Phase }

export interface MeterKind {
  readonly periodS: number
  /** It shows the mean of so long. */
  readonly windowS: number
  /** Its reply is so old when it comes. */
  readonly delayS: number
  readonly noiseShare: number
  readonly lie: Lie
  readonly lieFromS: number
}

type Samples = Record<string, Sample>
interface Moment {
  readonly atS: number
  readonly currents: Currents
}

const permutation: Readonly<Record<'swapped' | 'rotated', Record<Phase, Phase>>> = {
  swapped: { L1: 'L2', L2: 'L1', L3: 'L3' },
  rotated: { L1: 'L2', L2: 'L3', L3: 'L1' },
}

/** One meter with its window, noise and delay, and what it makes of the truth once it lies. */
export const createEye = (kind: MeterKind, dice: Dice) => {
  let past: Moment[] = []
  let frozen: Samples | null = null

  const mean = (atS: number): Currents => {
    const inside = past.filter((moment) => moment.atS <= atS && moment.atS > atS - kind.windowS - 0.11)
    const of = (phase: Phase): number =>
      inside.length === 0 ? 0 : inside.reduce((sum, { currents }) => sum + currents[phase], 0) / inside.length
    return { L1: of('L1'), L2: of('L2'), L3: of('L3') }
  }
  const noise = (value: number): number => value * (1 + kind.noiseShare * (2 * dice.next() - 1)) + 0.02 * dice.next()

  const say = (currents: Currents, nowMs: number, voltage: number, sign: number): Samples => {
    const samples: Samples = {}
    let power = 0
    for (const phase of conductors) {
      const key = phase.toLowerCase()
      const u = voltage === 0 ? 0 : voltage + dice.between(-0.4, 0.4)
      const i = currents[phase]
      samples[`i_${key}`] = goodSample(i, nowMs)
      samples[`u_${key}n`] = goodSample(u, nowMs)
      samples[`p_${key}`] = goodSample(sign * u * i, nowMs)
      power += sign * u * i
    }
    samples['p_total'] = goodSample(power, nowMs)
    samples['f'] = goodSample(voltage === 0 ? 0 : 50 + dice.between(-0.02, 0.02), nowMs)
    return samples
  }

  return {
    feel: (atS: number, currents: Currents): void => {
      past.push({ atS, currents })
      if (past.length > 160) past = past.slice(-140)
    },
    /** One reply at `nowS`; `nowMs` is the stamp it gets. */
    read: (nowS: number, nowMs: number): Samples => {
      const { lie } = kind
      const lies = nowS >= kind.lieFromS
      const delayS = kind.delayS + (lies && lie.kind === 'late' ? lie.seconds : 0)
      const seen = mean(nowS - delayS)
      const shown: Currents = {
        L1: noise(seen.L1),
        L2: noise(seen.L2),
        L3: noise(seen.L3),
      }
      if (!lies) return (frozen = say(shown, nowMs, 231, 1))
      switch (lie.kind) {
        case 'none':
        case 'late':
          return say(shown, nowMs, 231, 1)
        case 'frozen':
          return Object.fromEntries(
            Object.entries((frozen ??= say(shown, nowMs, 231, 1))).map(([key, sample]) => [
              key,
              { ...sample, atMs: nowMs },
            ]),
          )
        case 'zero':
          return say({ L1: 0, L2: 0, L3: 0 }, nowMs, 231, 1)
        case 'all-zero':
          return say({ L1: 0, L2: 0, L3: 0 }, nowMs, 0, 1)
        case 'silent':
          return missing(nowMs)
        case 'intermittent':
          return dice.chance(lie.lost) ? missing(nowMs) : say(shown, nowMs, 231, 1)
        case 'reversed':
          return say(shown, nowMs, 231, -1)
        case 'swapped':
        case 'rotated': {
          const from = permutation[lie.kind]
          return say({ L1: shown[from.L1], L2: shown[from.L2], L3: shown[from.L3] }, nowMs, 231, 1)
        }
        case 'scaled':
          return say(
            {
              L1: shown.L1 * lie.factor,
              L2: shown.L2 * lie.factor,
              L3: shown.L3 * lie.factor,
            },
            nowMs,
            231,
            1,
          )
        case 'one-phase-dead':
          return say({ ...shown, [lie.phase]: 0 }, nowMs, 231, 1)
      }
    },
  }
}

const missing = (nowMs: number): Samples =>
  Object.fromEntries(
    conductors.flatMap((phase) =>
      ['i_', 'p_'].map((prefix) => [`${prefix}${phase.toLowerCase()}`, missingSample('timeout', nowMs)]),
    ),
  )

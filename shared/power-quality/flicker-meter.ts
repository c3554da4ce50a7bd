import { createCascade, flickerSections, gainAt, type Lamp } from './flicker-filters.ts'

/**
 * Flickermeter of IEC 61000-4-15:2010, blocks 1 to 4: samples of a voltage in, the instantaneous flicker sensation Pinst out, whose value 1 is
 * what half of all people just see.
 */

export interface FlickerSettings {
  readonly rateHz: number
  readonly nominalHz: number
  /** The lamp whose flicker is meant; by the voltage it burns at. */
  readonly lamp: Lamp
}

export const lampFor = (udinV: number): Lamp => (udinV < 160 ? 120 : 230)

/** The squared voltage is averaged down to at least this rate before it is filtered; nothing above 42 Hz matters, Hz. */
const innerHz = 1600
/** 5.5.1: the reference level follows with 10 to 90 % in a minute. */
const referenceS = 60 / Math.log(9)
/** Before the level is known at all nothing goes into the filters, s. */
const quietS = 0.2
/** 5.6: the memory of the brain. */
const memoryS = 0.3
/** Table 1: this sinusoidal change (peak to peak, percent) at 8.8 Hz makes Pinst reach 1. */
const unitChange: Readonly<Record<Lamp, number>> = { 120: 0.321, 230: 0.25 }
const unitHz = 8.8
/** A little low, so that the first edition's figure at 1 Hz (1.432 %, which the second corrects to 1.397) is within its 5 % as well. */
const unitShare = 0.9985

/** Pinst of a sine that is demodulated to `change` percent peak to peak is a mean with a ripple of twice its frequency: their sum counts. */
const scaleOf = (gain: number, lamp: Lamp): number => {
  const ripple = 1 / Math.hypot(1, 2 * Math.PI * 2 * unitHz * memoryS)
  return unitShare / (((gain * unitChange[lamp]) / 100) ** 2 * 0.5 * (1 + ripple))
}

export const createFlickerMeter = ({ rateHz, nominalHz, lamp }: FlickerSettings) => {
  const decimation = Math.max(1, Math.floor(rateHz / innerHz))
  const inner = rateHz / decimation
  const sections = flickerSections(lamp, nominalHz, inner)
  const scale = scaleOf(gainAt(sections, unitHz, inner), lamp)
  let cascade = createCascade(sections)
  let [sum, inSum, count, level, sensation] = [0, 0, 0, 0, 0]
  const [levelStep, memoryStep] = [1 / (referenceS * inner), 1 - Math.exp(-1 / (memoryS * inner))]

  const step = (square: number): number => {
    count += 1
    // A plain mean at first, later one that forgets.
    level += (square - level) * Math.max(1 / count, levelStep)
    const change = count < quietS * inner || level <= 0 ? 0 : square / level - 1
    const weighed = cascade(change)
    sensation += (scale * weighed * weighed - sensation) * memoryStep
    return sensation
  }
  return {
    /** Values a second that `push` gives. */
    rateHz: inner,
    /** Takes samples; each value of Pinst goes to `take`. A missing sample counts as the level that was. */
    push: (samples: Float32Array, take: (pinst: number) => void): void => {
      for (const sample of samples) {
        sum += Number.isNaN(sample) ? level : sample * sample
        inSum += 1
        if (inSum < decimation) continue
        take(step(sum / decimation))
        sum = 0
        inSum = 0
      }
    },
    /** Seconds since the beginning: the first minute is not settled. */
    settledS: (): number => count / inner,
    reset: (): void => {
      cascade = createCascade(sections)
      ;[sum, inSum, count, level, sensation] = [0, 0, 0, 0, 0]
    },
  }
}
export type FlickerMeter = ReturnType<typeof createFlickerMeter>

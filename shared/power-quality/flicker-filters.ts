/** Filters of the flickermeter of IEC 61000-4-15:2010 as sections of second order, made from their analogue form by the bilinear transform. */

/** (b0 + b1 s + b2 s^2) / (a0 + a1 s + a2 s^2) */
interface Analogue {
  readonly b: readonly [number, number, number]
  readonly a: readonly [number, number, number]
}
export interface Section {
  readonly b: readonly [number, number, number]
  readonly a: readonly [number, number]
}

const bilinear = ({ b, a }: Analogue, rateHz: number): Section => {
  const k = 2 * rateHz
  const turned = ([c0, c1, c2]: readonly [number, number, number]) =>
    [c0 + c1 * k + c2 * k * k, 2 * (c0 - c2 * k * k), c0 - c1 * k + c2 * k * k] as const
  const [n0, n1, n2] = turned(b)
  const [d0, d1, d2] = turned(a)
  return { b: [n0 / d0, n1 / d0, n2 / d0], a: [d1 / d0, d2 / d0] }
}

export type Lamp = 120 | 230
const turns = (hz: number): number => 2 * Math.PI * hz

/** Weighting filter of 5.5.4, Table 4: the lamp, the eye and the brain. */
const weighting = {
  230: {
    k: 1.74802,
    lambda: turns(4.05981),
    w1: turns(9.15494),
    w2: turns(2.27979),
    w3: turns(1.22535),
    w4: turns(21.9),
  },
  120: {
    k: 1.6357,
    lambda: turns(4.167375),
    w1: turns(9.077169),
    w2: turns(2.939902),
    w3: turns(1.394468),
    w4: turns(17.31512),
  },
} as const

/** 5.5.2: what is slower than this is no flicker; 5.5.3: Butterworth of order 6 that takes twice the mains frequency away. */
const slowestHz = 0.05
const fastestHz = (nominalHz: number): number => (nominalHz > 55 ? 42 : 35)
const butterworthOrder = 6

export const flickerSections = (lamp: Lamp, nominalHz: number, rateHz: number): readonly Section[] => {
  const { k, lambda, w1, w2, w3, w4 } = weighting[lamp]
  const cut = turns(fastestHz(nominalHz))
  const lowPass = Array.from({ length: butterworthOrder / 2 }, (_, pair): Analogue => {
    const damping = 2 * Math.sin((Math.PI * (2 * pair + 1)) / (2 * butterworthOrder))
    return { b: [1, 0, 0], a: [1, damping / cut, 1 / cut ** 2] }
  })
  const all: readonly Analogue[] = [
    { b: [0, 1, 0], a: [turns(slowestHz), 1, 0] },
    ...lowPass,
    { b: [0, k * w1, 0], a: [w1 ** 2, 2 * lambda, 1] },
    { b: [1, 1 / w2, 0], a: [1, 1 / w3 + 1 / w4, 1 / (w3 * w4)] },
  ]
  return all.map((each) => bilinear(each, rateHz))
}

/** Gain of all sections together at a frequency. */
export const gainAt = (sections: readonly Section[], hz: number, rateHz: number): number =>
  sections.reduce((gain, { b, a }) => {
    const w = turns(hz) / rateHz
    const size = (c0: number, c1: number, c2: number): number =>
      Math.hypot(c0 + c1 * Math.cos(w) + c2 * Math.cos(2 * w), c1 * Math.sin(w) + c2 * Math.sin(2 * w))
    return (gain * size(...b)) / size(1, ...a)
  }, 1)

/** Runs a value through all sections in turn (transposed direct form II). */
export const createCascade = (sections: readonly Section[]) => {
  const count = sections.length
  const c = Float64Array.from(sections.flatMap(({ b, a }) => [...b, ...a]))
  const z = new Float64Array(2 * count)
  return (input: number): number => {
    let value = input
    for (let section = 0; section < count; section += 1) {
      const at = section * 5
      const out = (c[at] as number) * value + (z[2 * section] as number)
      z[2 * section] = (c[at + 1] as number) * value - (c[at + 3] as number) * out + (z[2 * section + 1] as number)
      z[2 * section + 1] = (c[at + 2] as number) * value - (c[at + 4] as number) * out
      value = out
    }
    return value
  }
}

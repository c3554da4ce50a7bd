/** Log-log paper: where a current and a time lie on it, in pixels. */
export interface CurveScale {
  readonly fromA: number
  readonly toA: number
  readonly fromS: number
  readonly toS: number
  readonly x: (currentA: number) => number
  readonly y: (seconds: number) => number
  readonly currentAt: (x: number) => number
  readonly box: { readonly left: number; readonly top: number; readonly width: number; readonly height: number }
}

const margins = { left: 54, right: 26, top: 8, bottom: 26 }
/** What people look at on such paper: from a half wave to two hours. */
const secondsShown = [0.005, 10_000] as const

export const curveScale = (
  width: number,
  height: number,
  fromA: number,
  toA: number,
  [fromS, toS]: readonly [number, number] = secondsShown,
): CurveScale => {
  const box = {
    left: margins.left,
    top: margins.top,
    width: Math.max(1, width - margins.left - margins.right),
    height: Math.max(1, height - margins.top - margins.bottom),
  }
  const xs = Math.log(toA / fromA)
  const ys = Math.log(toS / fromS)
  return {
    fromA,
    toA,
    fromS,
    toS,
    box,
    x: (currentA) => box.left + (box.width * Math.log(Math.max(fromA, Math.min(toA, currentA)) / fromA)) / xs,
    y: (seconds) => box.top + box.height * (1 - Math.log(Math.max(fromS, Math.min(toS, seconds)) / fromS) / ys),
    currentAt: (x) => fromA * Math.exp((xs * Math.max(0, Math.min(box.width, x - box.left))) / box.width),
  }
}

/** 1, 2 and 5 of every decade between two values; `isMajor` marks the powers of ten. */
export const decadeTicks = (
  from: number,
  to: number,
): readonly { readonly at: number; readonly isMajor: boolean }[] => {
  const ticks: { at: number; isMajor: boolean }[] = []
  for (let power = Math.floor(Math.log10(from)); power <= Math.ceil(Math.log10(to)); power += 1)
    for (const step of [1, 2, 5]) {
      const at = Number((step * 10 ** power).toPrecision(12))
      if (at >= from * (1 - 1e-9) && at <= to * (1 + 1e-9)) ticks.push({ at, isMajor: step === 1 })
    }
  return ticks
}

/** "5 ms", "0.5 s", "20 s", "10 min", "2 h": a time on the scale. */
export const secondsText = (seconds: number): string => {
  if (seconds < 0.1) return `${Number((seconds * 1000).toPrecision(3))} ms`
  if (seconds < 120) return `${Number(seconds.toPrecision(3))} s`
  if (seconds < 7200) return `${Number((seconds / 60).toPrecision(3))} min`
  return `${Number((seconds / 3600).toPrecision(3))} h`
}

/** A part of the time that a chart shows, epoch milliseconds. */
export interface TimeRange {
  readonly fromMs: number
  readonly toMs: number
}

/** Shorter there are too few polled samples to see anything; longer than the live strips keep. */
const shortestMs = 1000
const longestMs = 600_000

const bounded = (lengthMs: number): number => Math.max(shortestMs, Math.min(longestMs, lengthMs))

/** The range made `factor` times as long, with `aroundMs` staying where it is on the screen; never beyond `lastMs`. */
export const zoomed = ({ fromMs, toMs }: TimeRange, aroundMs: number, factor: number, lastMs: number): TimeRange => {
  const length = toMs - fromMs
  const next = bounded(length * factor)
  const share = length === 0 ? 0.5 : Math.max(0, Math.min(1, (aroundMs - fromMs) / length))
  const start = Math.min(aroundMs - share * next, lastMs - next)
  return { fromMs: start, toMs: start + next }
}

/** The range moved by a share of its length: negative into the past; never beyond `lastMs`. */
export const panned = ({ fromMs, toMs }: TimeRange, share: number, lastMs: number): TimeRange => {
  const length = toMs - fromMs
  const start = Math.min(fromMs + share * length, lastMs - length)
  return { fromMs: start, toMs: start + length }
}

export type ChartAction =
  | { readonly kind: 'move'; readonly samples: number }
  | { readonly kind: 'edge'; readonly edge: 'first' | 'last' }
  | { readonly kind: 'zoom'; readonly factor: number }
  | { readonly kind: 'pan'; readonly share: number }
  | { readonly kind: 'mark' }

/** What a key does in a chart that has the focus; null: nothing of ours. */
export const chartKey = (key: string, isShifted: boolean): ChartAction | null => {
  switch (key) {
    case 'ArrowLeft':
      return { kind: 'move', samples: isShifted ? -10 : -1 }
    case 'ArrowRight':
      return { kind: 'move', samples: isShifted ? 10 : 1 }
    case 'Home':
      return { kind: 'edge', edge: 'first' }
    case 'End':
      return { kind: 'edge', edge: 'last' }
    case '+':
    case '=':
      return { kind: 'zoom', factor: 0.5 }
    case '-':
      return { kind: 'zoom', factor: 2 }
    case 'PageUp':
      return { kind: 'pan', share: -0.5 }
    case 'PageDown':
      return { kind: 'pan', share: 0.5 }
    case 'm':
      return { kind: 'mark' }
    default:
      return null
  }
}

/** One notch of a wheel is 100 or more; a touch pad sends many small steps. */
export const wheelFactor = (deltaY: number): number => 1.25 ** Math.max(-2, Math.min(2, deltaY / 100))

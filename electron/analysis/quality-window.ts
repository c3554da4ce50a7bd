import type { VoltageEvent } from '../../shared/electrical/voltage-event.ts'
import { reach } from '../../shared/power-quality/resample.ts'
import type { CycleWindow } from '../../shared/power-quality/window-clock.ts'

/** A window waits this long for events that began in it: a value of Urms(1/2) comes at the end of its cycle, ms. */
const flagWaitMs = 60
/** Events are remembered this long after their end, ms: a window waits less than a second. */
const rememberMs = 5000

/** The newest samples of every channel, as long as a window may need them. */
export const createSampleRings = (channels: number, rateHz: number, nominalHz: number, cycles: number) => {
  // The longest window, the half cycles that its last mark waits for, and a piece that comes meanwhile.
  const length = 2 ** Math.ceil(Math.log2((rateHz / nominalHz) * (cycles * 1.22 + 8) + 2 * reach))
  const rings = Array.from({ length: channels }, () => new Float32Array(length))
  let position = 0
  return {
    rings,
    keep: (piece: readonly Float32Array[]): void => {
      const mask = length - 1
      piece.forEach((samples, channel) => {
        const ring = rings[channel]
        if (ring === undefined) return
        for (let index = 0; index < samples.length; index += 1)
          ring[(position + index) & mask] = samples[index] as number
      })
      position += piece[0]?.length ?? 0
    },
    /** All of it has come, with what its ends are interpolated from. */
    hasCome: ({ to }: CycleWindow): boolean => to + reach < position,
    /** What lies further back than the ring is long is gone: only after a jump of the marks. */
    isThere: ({ from }: CycleWindow): boolean => from - reach >= position - length,
    clear: (): void => {
      position = 0
    },
  }
}

interface Span {
  readonly fromMs: number
  toMs: number
}

/** When dips, swells and interruptions were: windows they touch are flagged (IEC 61000-4-30, 4.7). */
export const createFlagSpans = (periodMs: number) => {
  let spans: Span[] = []
  const running = new Map<string, Span>()
  return {
    note: (event: VoltageEvent): void => {
      const before = running.get(event.kind)
      const span = before ?? { fromMs: event.fromMs, toMs: Infinity }
      if (before === undefined) spans.push(span)
      if (event.toMs === null && !event.isCut) running.set(event.kind, span)
      else {
        running.delete(event.kind)
        span.toMs = event.toMs ?? event.fromMs
      }
    },
    isFlagged: ({ fromMs, toMs }: CycleWindow): boolean =>
      spans.some((span) => span.fromMs - periodMs < toMs && span.toMs > fromMs),
    forget: (settledMs: number): void => {
      spans = spans.filter(({ toMs }) => toMs > settledMs - rememberMs)
    },
    clear: (): void => {
      spans = []
      running.clear()
    },
  }
}

export interface MeasuredWindow {
  readonly window: CycleWindow
  readonly values: Float64Array
}

/** Windows that were measured and wait for the events that may flag them. */
export const createWaitingWindows = () => {
  let waiting: MeasuredWindow[] = []
  return {
    add: (measured: MeasuredWindow): void => void waiting.push(measured),
    /** Those that wait no longer, where everything up to a time has been told. */
    take: (settledMs: number): readonly MeasuredWindow[] => {
      const isReady = ({ window }: MeasuredWindow): boolean => window.toMs + flagWaitMs <= settledMs
      const ready = waiting.filter(isReady)
      if (ready.length > 0) waiting = waiting.filter((each) => !isReady(each))
      return ready
    },
    clear: (): void => {
      waiting = []
    },
  }
}

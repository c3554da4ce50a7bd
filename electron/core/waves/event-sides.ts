import type { VoltageEvent } from '../../../shared/electrical/voltage-event.ts'
import { sideOf, type Side } from '../../../shared/power-quality/event-direction.ts'
import type { FoldedRms, WaveObservation } from '../../../shared/wave/wave-observation.ts'

type Rms = Extract<WaveObservation, { kind: 'rms' }>

/** Tenths of a second kept of each source: a second before an event, and the longest that it may wait to be told. */
const mostKept = 150
/** Before an event, ms: from, up to; and how long after its beginning the current counts as that of its beginning. */
const [beforeFromMs, beforeToMs, duringMs] = [1000, 100, 200] as const

const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length

/** On which side of a source an event's cause lies, by the currents of its deepest phase at its beginning. */
export const createEventSides = () => {
  const kept = new Map<string, readonly Rms[]>()
  const valuesOf = (
    source: string,
    [fromMs, toMs]: readonly [number, number],
    name: string,
    value: (of: FoldedRms) => number | null,
  ): readonly number[] =>
    (kept.get(source) ?? [])
      .filter((each) => each.toMs > fromMs && each.fromMs < toMs)
      .flatMap(({ channels }) => channels.find((channel) => channel.name === name) ?? [])
      .flatMap((channel) => value(channel) ?? [])

  return {
    observe: (rms: Rms): void => {
      kept.set(rms.source, [...(kept.get(rms.source) ?? []), rms].slice(-mostKept))
    },
    /** Whether what followed an event's beginning has been told; true too where nothing is told of this source. */
    isReady: (source: string, { fromMs }: VoltageEvent): boolean => {
      const last = kept.get(source)?.at(-1)
      return last === undefined || last.toMs >= fromMs + duringMs
    },
    sideOf: (source: string, event: VoltageEvent): Side | null => {
      if (event.kind === 'swell') return null
      const { fromMs } = event
      const lows = event.channels.map((name) => {
        const during = valuesOf(source, [fromMs - 20, event.toMs ?? Infinity], name, ({ low }) => low)
        return { name, lowV: Math.min(Infinity, ...during) }
      })
      const [first] = lows
      if (first === undefined) return null
      const deepest = lows.reduce((found, each) => (each.lowV < found.lowV ? each : found), first)
      const current = deepest.name.replace(/^u/, 'i')
      const before = [fromMs - beforeFromMs, fromMs - beforeToMs] as const
      const voltageBeforeV = mean(valuesOf(source, before, deepest.name, ({ rms }) => rms))
      const currentBeforeA = mean(valuesOf(source, before, current, ({ rms }) => rms))
      const during = valuesOf(source, [fromMs, fromMs + duringMs], current, ({ high }) => high)
      if (voltageBeforeV === null || currentBeforeA === null || during.length === 0) return null
      return sideOf({
        voltageBeforeV,
        voltageDuringV: Math.min(deepest.lowV, voltageBeforeV),
        currentBeforeA,
        currentDuringA: Math.max(...during),
      })
    },
  }
}

import type { FrequencyWindow } from '../../shared/electrical/cycle-frequency.ts'
import type { CycleMark } from '../../shared/electrical/cycle-marks.ts'
import { usualShares, type VoltageEvent } from '../../shared/electrical/voltage-event.ts'
import { noInrush, stepInrush, type InrushState } from '../../shared/power-quality/inrush.ts'
import { createWindowMeasure, cyclesOf } from '../../shared/power-quality/measure-window.ts'
import { createRapidChanges, usualRapidChange } from '../../shared/power-quality/rapid-change.ts'
import { reach } from '../../shared/power-quality/resample.ts'
import { createWindowClock, tickMs, type CycleWindow } from '../../shared/power-quality/window-clock.ts'
import type { WaveChannel } from '../../shared/wave/wave-block.ts'
import type { WaveObservation } from '../../shared/wave/wave-observation.ts'
import { createFlicker } from './flicker.ts'
import { createQualityIntervals } from './quality-intervals.ts'

export interface QualitySettings {
  readonly source: string
  readonly layout: readonly WaveChannel[]
  readonly rateHz: number
  readonly nominalHz: number
  readonly udinV: number
}

/** A window waits this long for events that began in it: a value of Urms(1/2) comes at the end of its cycle, ms. */
const flagWaitMs = 60
/** Events are remembered this long after their end, ms: a window waits less than a second. */
const rememberMs = 5000

interface Span {
  readonly fromMs: number
  toMs: number
}

/**
 * Power quality of one source from its samples: basic windows and what is gathered of them, flicker, rapid voltage changes. Everything runs on the
 * samples' own time, takes the same memory however long it runs, and begins anew at a break.
 */
export const createQuality = ({ source, layout, rateHz, nominalHz, udinV }: QualitySettings) => {
  const names = layout.map(({ name }) => name)
  const measure = createWindowMeasure({ names, rateHz, nominalHz, udinV })
  const cycles = cyclesOf(nominalHz)
  const clock = createWindowClock(cycles)
  // The longest window, the half cycles that its last mark waits for, and a piece that comes meanwhile.
  const ringLength = 2 ** Math.ceil(Math.log2((rateHz / nominalHz) * (cycles * 1.22 + 8) + 2 * reach))
  const rings = names.map(() => new Float32Array(ringLength))
  const voltages = names.filter((name) => /^u[123]$/.test(name))
  const voltagePlaces = voltages.map((name) => names.indexOf(name))
  const flicker = createFlicker({ channels: voltages, rateHz, nominalHz, udinV })
  const pinstPlaces = voltages.map((name) => measure.places.get(`${name}.pinst`) ?? -1)
  const rapid = createRapidChanges({ ...usualRapidChange, ...usualShares, udinV, nominalHz, channels: voltages })
  const inrushes = new Map<string, InrushState>()
  const frequencies = new Map<number, (number | null)[]>()
  const intervals = createQualityIntervals({
    source,
    measure,
    pstOf: flicker.pstOf,
    hzOf: (tick) => frequencies.get(tick) ?? [],
  })
  const periodMs = 1000 / nominalHz
  let position = 0
  let due: CycleWindow[] = []
  let waiting: { readonly window: CycleWindow; readonly values: Float64Array }[] = []
  let spans: Span[] = []
  const running = new Map<string, Span>()
  let told: WaveObservation[] = []

  const keep = (piece: readonly Float32Array[]): void => {
    const mask = ringLength - 1
    piece.forEach((samples, channel) => {
      const ring = rings[channel]
      if (ring === undefined) return
      for (let index = 0; index < samples.length; index += 1) ring[(position + index) & mask] = samples[index] as number
    })
    position += piece[0]?.length ?? 0
  }
  const measureDue = (): void => {
    const ready = due.filter(({ to }) => to + reach < position)
    due = due.filter(({ to }) => to + reach >= position)
    for (const window of ready) {
      // What lies further back than the ring is long is gone: only after a jump of the marks.
      if (window.from - reach < position - ringLength) continue
      const values = measure.measure(rings, window.from, window.to)
      const highest = flicker.takeHighest()
      pinstPlaces.forEach((place, index) => (values[place] = highest[index] ?? NaN))
      waiting.push({ window, values })
    }
  }
  const isFlagged = ({ fromMs, toMs }: CycleWindow): boolean =>
    spans.some((span) => span.fromMs - periodMs < toMs && span.toMs > fromMs)

  return {
    /** The same piece of every channel, a period long at most, and the marks of the reference found with it. */
    push: (piece: readonly Float32Array[], marks: readonly CycleMark[], msOf: (at: number) => number): void => {
      keep(piece)
      flicker.push(
        voltagePlaces.map((place) => piece[place] ?? new Float32Array(0)),
        msOf,
      )
      due.push(...clock.push(marks, msOf))
      if (due.length > 0) measureDue()
    },
    frequency: ({ fromMs, hz }: FrequencyWindow): void => {
      const tick = Math.floor(fromMs / tickMs)
      frequencies.set(tick, [...(frequencies.get(tick) ?? []), hz])
      for (const old of [...frequencies.keys()].slice(0, -3)) frequencies.delete(old)
    },
    /** A value of Urms(1/2), in order of time. */
    rms: (channel: string, atMs: number, rmsV: number): void => {
      const change = rapid.push(channel, atMs, rmsV)
      if (change !== null) told.push({ kind: 'rapid-change', source, change })
    },
    /** One-cycle RMS of a current every half cycle. */
    current: (channel: string, atMs: number, rmsA: number): void => {
      const before = inrushes.get(channel) ?? noInrush
      const { state, began, ended } = stepInrush(before, { channel, atMs, rmsA }, 2 * nominalHz)
      inrushes.set(channel, state)
      if (began) told.push({ kind: 'inrush-began', source, channel, atMs })
      if (ended !== null) told.push({ kind: 'inrush', source, inrush: ended })
    },
    event: (event: VoltageEvent): void => {
      const before = running.get(event.kind)
      const span = before ?? { fromMs: event.fromMs, toMs: Infinity }
      if (before === undefined) spans.push(span)
      if (event.toMs === null && !event.isCut) running.set(event.kind, span)
      else {
        running.delete(event.kind)
        span.toMs = event.toMs ?? event.fromMs
      }
    },
    /** What is known by now, where everything up to a time has been told. */
    take: (settledMs: number): readonly WaveObservation[] => {
      const ready = waiting.filter(({ window }) => window.toMs + flagWaitMs <= settledMs)
      if (ready.length > 0) {
        waiting = waiting.filter(({ window }) => window.toMs + flagWaitMs > settledMs)
        for (const { window, values } of ready)
          for (const row of intervals.take({ window, values, isFlagged: isFlagged(window) }))
            told.push({
              kind: 'quality',
              source,
              row: row.length === '3s' ? { ...row, flicker: flicker.now() } : row,
            })
        spans = spans.filter(({ toMs }) => toMs > settledMs - rememberMs)
      }
      const given = told
      told = []
      return given
    },
    /** The samples that follow are not those after the last ones. */
    cut: (): void => {
      position = 0
      due = []
      waiting = []
      spans = []
      running.clear()
      clock.reset()
      rapid.reset()
      inrushes.clear()
      flicker.reset()
      intervals.cut()
    },
  }
}

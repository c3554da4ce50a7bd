import type { FrequencyWindow } from '../../shared/electrical/cycle-frequency.ts'
import type { CycleMark } from '../../shared/electrical/cycle-marks.ts'
import { usualShares, type VoltageEvent } from '../../shared/electrical/voltage-event.ts'
import { noInrush, stepInrush, type InrushState } from '../../shared/power-quality/inrush.ts'
import { createWindowMeasure, cyclesOf } from '../../shared/power-quality/measure-window.ts'
import { createRapidChanges, usualRapidChange } from '../../shared/power-quality/rapid-change.ts'
import { createWindowClock, tickMs, type CycleWindow } from '../../shared/power-quality/window-clock.ts'
import type { WaveChannel } from '../../shared/wave/wave-block.ts'
import type { WaveObservation } from '../../shared/wave/wave-observation.ts'
import { createFlicker } from './flicker.ts'
import { createQualityIntervals } from './quality-intervals.ts'
import { createFlagSpans, createSampleRings, createWaitingWindows, type MeasuredWindow } from './quality-window.ts'

export interface QualitySettings {
  readonly source: string
  readonly layout: readonly WaveChannel[]
  readonly rateHz: number
  readonly nominalHz: number
  readonly udinV: number
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
  const samples = createSampleRings(names.length, rateHz, nominalHz, cycles)
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
  const flags = createFlagSpans(1000 / nominalHz)
  const waiting = createWaitingWindows()
  let due: CycleWindow[] = []
  let told: WaveObservation[] = []

  const measureDue = (): void => {
    const ready = due.filter((window) => samples.hasCome(window))
    due = due.filter((window) => !samples.hasCome(window))
    for (const window of ready) {
      if (!samples.isThere(window)) continue
      const values = measure.measure(samples.rings, window.from, window.to)
      const highest = flicker.takeHighest()
      pinstPlaces.forEach((place, index) => (values[place] = highest[index] ?? NaN))
      waiting.add({ window, values })
    }
  }
  /** What a window adds to the intervals it belongs to, where one of them is whole by it. */
  const gather = ({ window, values }: MeasuredWindow): void => {
    for (const row of intervals.take({ window, values, isFlagged: flags.isFlagged(window) }))
      told.push({ kind: 'quality', source, row: row.length === '3s' ? { ...row, flicker: flicker.now() } : row })
  }

  return {
    /** The same piece of every channel, a period long at most, and the marks of the reference found with it. */
    push: (piece: readonly Float32Array[], marks: readonly CycleMark[], msOf: (at: number) => number): void => {
      samples.keep(piece)
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
    event: (event: VoltageEvent): void => flags.note(event),
    /** What is known by now, where everything up to a time has been told. */
    take: (settledMs: number): readonly WaveObservation[] => {
      const ready = waiting.take(settledMs)
      for (const measured of ready) gather(measured)
      if (ready.length > 0) flags.forget(settledMs)
      const given = told
      told = []
      return given
    },
    /** The samples that follow are not those after the last ones. */
    cut: (): void => {
      samples.clear()
      due = []
      waiting.clear()
      flags.clear()
      clock.reset()
      rapid.reset()
      inrushes.clear()
      flicker.reset()
      intervals.cut()
    },
  }
}

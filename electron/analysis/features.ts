import { noFrequency, stepFrequency } from '../../shared/electrical/cycle-frequency.ts'
import { createCycleMarks, type CycleMark } from '../../shared/electrical/cycle-marks.ts'
import { createHalfCycleRms } from '../../shared/electrical/half-cycle-rms.ts'
import {
  cutVoltageEvents,
  noVoltageEvents,
  stepVoltageEvents,
  usualShares,
  type VoltageEvent,
  type VoltageEventSettings,
} from '../../shared/electrical/voltage-event.ts'
import { lengthOf, type WaveBlock, type WaveChannel } from '../../shared/wave/wave-block.ts'
import type { WaveObservation } from '../../shared/wave/wave-observation.ts'
import { createQuality } from './quality.ts'
import { createRmsFold } from './rms-fold.ts'

export interface FeatureSettings {
  readonly source: string
  readonly layout: readonly WaveChannel[]
  readonly rateHz: number
  readonly nominalHz: number
  /** Declared voltage, line to neutral, V. */
  readonly udinV: number
}

/** Windows of the frequency, ms: 10 s is IEC 61000-4-30's; one second is for looking at. */
const frequencyWindowsMs = [1000, 10_000] as const
/** Of the declared voltage, peak: less is no wave to find crossings in. */
const floorShare = 0.01 * Math.SQRT2
/** The same for a current with no voltage beside it, A (editable assumption). */
const floorA = 0.2
/** A mark is found at most 0.3 half cycles and a twentieth of a cycle after its place (cycle-marks.ts): nothing comes later than this, ms. */
const latestMs = 6

const isPhaseVoltage = ({ name }: WaveChannel): boolean => /^u[123]$/.test(name)
const isAnalysed = ({ name }: WaveChannel): boolean => /^[ui][123n]$/.test(name)

/** The channel whose crossings cut a channel into cycles: a phase voltage its own, everything else that of its phase or the first there is. */
const syncOf = (layout: readonly WaveChannel[], channel: number): number => {
  const name = layout[channel]?.name ?? ''
  const own = layout.findIndex((other) => other.name === `u${name.slice(1)}` && isPhaseVoltage(other))
  const first = layout.findIndex(isPhaseVoltage)
  return own >= 0 ? own : first >= 0 ? first : channel
}

/** One-cycle RMS, frequency and voltage events of one source, block by block. A break begins everything anew: nothing spans a gap. */
export const createFeatures = ({ source, layout, rateHz, nominalHz, udinV }: FeatureSettings) => {
  const period = rateHz / nominalHz
  const analysed = layout.flatMap((channel, index) => (isAnalysed(channel) ? [index] : []))
  const syncs = new Map(analysed.map((channel) => [channel, syncOf(layout, channel)]))
  const marks = new Map(
    [...new Set(syncs.values())].map((channel) => {
      const floor = layout[channel]?.unit === 'V' ? udinV * floorShare : floorA
      return [channel, createCycleMarks({ rateHz, nominalHz, floor })]
    }),
  )
  const rms = new Map(analysed.map((channel) => [channel, createHalfCycleRms(period * 1.25)]))
  const fold = createRmsFold(layout)
  const quality = createQuality({ source, layout, rateHz, nominalHz, udinV })
  const voltages: VoltageEventSettings = {
    ...usualShares,
    udinV,
    channels: layout.filter(isPhaseVoltage).map(({ name }) => name),
  }
  const [reference = -1] = [layout.findIndex(isPhaseVoltage), ...marks.keys()].filter((channel) => channel >= 0)
  let events = noVoltageEvents
  let waiting: { readonly atMs: number; readonly channel: string; readonly rmsV: number }[] = []
  let frequencies = frequencyWindowsMs.map(() => noFrequency)
  /** Samples since the last break, which is where positions count from. */
  let position = 0

  const tellEvents = (told: readonly VoltageEvent[]): readonly WaveObservation[] => {
    told.forEach(quality.event)
    return told.map((event) => ({ kind: 'voltage-event', source, event }))
  }
  const cut = (): readonly WaveObservation[] => {
    const last = stepEvents(Infinity)
    const { state, told } = cutVoltageEvents(events)
    events = state
    frequencies = frequencyWindowsMs.map(() => noFrequency)
    position = 0
    for (const each of marks.values()) each.reset()
    for (const each of rms.values()) each.reset()
    const cutEvents = tellEvents(told)
    const measured = quality.take(Infinity)
    quality.cut()
    return [...last, ...cutEvents, ...measured]
  }
  const stepFrequencies = (found: readonly CycleMark[], msOf: (at: number) => number): readonly WaveObservation[] =>
    found.flatMap(({ at, isSeen }) =>
      frequencyWindowsMs.flatMap((windowMs, index): readonly WaveObservation[] => {
        const { state, done } = stepFrequency(frequencies[index] ?? noFrequency, { atMs: msOf(at), isSeen }, windowMs)
        frequencies = frequencies.with(index, state)
        if (done !== null && windowMs === frequencyWindowsMs[1]) quality.frequency(done)
        return done === null ? [] : [{ kind: 'frequency', source, ...done }]
      }),
    )
  const stepRms = (
    piece: readonly Float32Array[],
    found: ReadonlyMap<number, readonly CycleMark[]>,
    msOf: (at: number) => number,
  ): void => {
    for (const channel of analysed) {
      const own = found.get(syncs.get(channel) ?? channel) ?? []
      const values = rms.get(channel)?.push(piece[channel] ?? new Float32Array(0), own) ?? []
      const { name = '' } = layout[channel] ?? {}
      for (const { at, rms: value } of values) {
        fold.add(channel, msOf(at), value)
        if (value !== null && voltages.channels.includes(name))
          waiting.push({ atMs: msOf(at), channel: name, rmsV: value })
        if (value !== null && /^i[123]$/.test(name)) quality.current(name, msOf(at), value)
      }
    }
  }
  /** Channels are cut into cycles each for itself: their values are put in order of time before events are made of them. */
  const stepEvents = (beforeMs: number): readonly WaveObservation[] => {
    const ripe = waiting.filter(({ atMs }) => atMs <= beforeMs).sort((one, other) => one.atMs - other.atMs)
    waiting = waiting.filter(({ atMs }) => atMs > beforeMs)
    return ripe.flatMap((value) => {
      const { state, told } = stepVoltageEvents(events, value, voltages)
      events = state
      quality.rms(value.channel, value.atMs, value.rmsV)
      return tellEvents(told)
    })
  }

  return {
    take: (block: WaveBlock): readonly WaveObservation[] => {
      const told: WaveObservation[] = block.break === null ? [] : [...cut()]
      const begin = position
      const msOf = (at: number): number => block.t0 + ((at - begin) / rateHz) * 1000
      const count = lengthOf(block)
      for (let from = 0; from < count; from += Math.floor(period)) {
        const piece = block.channels.map((column) => column.subarray(from, from + Math.floor(period)))
        const found = new Map(
          [...marks].map(([channel, each]) => [channel, each.push(piece[channel] ?? new Float32Array(0))]),
        )
        told.push(...stepFrequencies(found.get(reference) ?? [], msOf))
        stepRms(piece, found, msOf)
        quality.push(piece, found.get(reference) ?? [], msOf)
      }
      position += count
      const settledMs = block.t0 + (count / rateHz) * 1000 - latestMs
      const windows = fold.take(settledMs)
      return [
        ...told,
        ...stepEvents(settledMs),
        ...windows.map((window): WaveObservation => ({ kind: 'rms', source, ...window })),
        ...quality.take(settledMs),
      ]
    },
    /** No more samples come from this connection: what is open is cut. */
    end: cut,
  }
}

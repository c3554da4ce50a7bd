import type { LogWindow } from '../../../shared/meter-records/capture-layout.ts'
import {
  nexusSample,
  nexusSetBytes,
  nexusVolts,
  readLogHeader,
  type LogState,
} from '../../../shared/meter-records/nexus-samples.ts'
import { readStamp, stampWidth } from '../../../shared/meter-records/stamp.ts'
import type { MeterWay } from './meter-way.ts'
import type { PausedLog } from './paused-log.ts'
import { countedRate, type CaptureReading, type RawCapture } from './raw-capture.ts'

/** Records read at one visit: each is 128 reads of the window, and a meter has up to some hundred. */
export const mostRecordsAtOnce = 4

interface Visit {
  readonly state: LogState
  /** The wanted records, as bytes. */
  readonly records: ReadonlyMap<number, Uint8Array>
}

/** One pass of the window over a paused log: from the first record on, because the pointer counts windows and not records. */
const readWindow = async (
  { pointer, windowWords }: LogWindow,
  way: MeterWay,
  from: number,
  count: number,
): Promise<Uint8Array | string> => {
  const bytes = new Uint8Array(count * windowWords * 2)
  const set = await way.write(pointer, [(from - 1) & 0xffff])
  if (!set.ok) return set.why
  for (let index = 0; index < count; index += 1) {
    const asked = await way.read(pointer, windowWords + 1)
    if (!asked.ok) return asked.why
    const said = asked.words[0]
    // The pointer moved by another's read, or the log was given to somebody else: what came is not what was asked for.
    if (said !== ((from + index) & 0xffff))
      return `its window is at ${said}, expected was ${from + index}: another master reads this log`
    asked.words.slice(1).forEach((word, at) => {
      bytes[(index * windowWords + at) * 2] = word >> 8
      bytes[(index * windowWords + at) * 2 + 1] = word & 0xff
    })
  }
  return bytes
}

const visit = async (
  layout: LogWindow,
  way: MeterWay,
  paused: PausedLog,
  { log, header }: LogWindow['trigger'],
  wanted: (state: LogState) => readonly number[],
): Promise<Visit | string> => {
  const windowBytes = layout.windowWords * 2
  const done = await paused.run(log, async (): Promise<Visit | string> => {
    const head = await way.read(header, layout.headerWords)
    if (!head.ok) return head.why
    const state = readLogHeader(head.words)
    if (state === null) return 'the header of its log makes no sense; check that the profile is for this model'
    const records = new Map<number, Uint8Array>()
    for (const record of wanted(state)) {
      const begin = record * state.recordBytes
      const [from, skip] = [Math.floor(begin / windowBytes), begin % windowBytes]
      const bytes = await readWindow(layout, way, from, Math.ceil((skip + state.recordBytes) / windowBytes))
      if (typeof bytes === 'string') return bytes
      records.set(record, bytes.subarray(skip, skip + state.recordBytes))
    }
    // A log that was read for too long goes on by itself, and writes over what is being read.
    const after = await way.read(layout.control, 1)
    if (!after.ok) return after.why
    if ((after.words[0] ?? 0) >> 8 !== 0)
      return `the meter let its log go on after ${layout.resumesAfterMs / 1000} s; the line is too busy to read it`
    return { state, records }
  })
  return done.ok ? done.value : done.why
}

/** The newest records of a log: indices go round at its most. */
const newestOf = (state: LogState): number[] => {
  const { last } = state
  if (last === null) return []
  const slots = state.maximum > 0 ? state.maximum : Math.floor(state.memoryBytes / state.recordBytes)
  const held = last >= state.first ? last - state.first + 1 : slots - state.first + last + 1
  return Array.from({ length: Math.min(held, mostRecordsAtOnce) }, (_, back) => (last - back + slots) % slots)
}

const wordAt = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)

const captureOf = (
  layout: LogWindow,
  record: number,
  trigger: Uint8Array,
  samples: Uint8Array,
  nominalHz: number,
): RawCapture | string => {
  const gainsAt = trigger.length - layout.fromEnd.gains
  const timeAt = trigger.length - layout.fromEnd.time
  const stampWords = Array.from({ length: stampWidth(layout.stamp) }, (_, index) => wordAt(trigger, timeAt + 2 * index))
  const stamp = readStamp(layout.stamp, stampWords)
  if (stamp === null) return `record ${record} of its log has no time`
  const sets = Math.floor(samples.length / nexusSetBytes)
  const raw = layout.channels.map(({ sample }) =>
    Array.from({ length: sets }, (_, set) =>
      nexusSample(samples[set * nexusSetBytes + 2 * sample] ?? 0, samples[set * nexusSetBytes + 2 * sample + 1] ?? 0),
    ),
  )
  const channels = layout.channels.map(({ name, unit, gain }, index) => {
    const factor = wordAt(trigger, gainsAt + 4 * gain) * 0x10000 + wordAt(trigger, gainsAt + 4 * gain + 2)
    return {
      name,
      unit,
      samples: Float32Array.from(raw[index] ?? [], (each) => nexusVolts(each, factor, layout.divisor)),
    }
  })
  // The first stretch tells: a dip within the record changes the height, not the count.
  const rate = countedRate(
    layout.channels.map(({ name }, index) => ({ name, samples: (raw[index] ?? []).slice(0, 1024) })),
    nominalHz,
  )
  if (rate === null) return `no whole cycle can be made out in record ${record}, so its rate is not known`
  return { key: `window ${record} ${stampWords.join('-')}`, time: { stamp, atSample: 0 }, ...rate, channels }
}

/**
 * Captures out of a trigger log and a samples log that belong together record by record. Both are paused while they are read, one after the other,
 * and given back each time. `isKnown`: captures read before are not read again.
 */
export const readLogWindow = async (
  layout: LogWindow,
  way: MeterWay,
  paused: PausedLog,
  nominalHz: number,
  isKnown: (key: string) => boolean,
): Promise<CaptureReading> => {
  if (!(await paused.settle()))
    return { ok: false, why: 'the meter does not answer, and a log of it is still to be given back' }
  const triggers = await visit(layout, way, paused, layout.trigger, newestOf)
  if (typeof triggers === 'string') return { ok: false, why: triggers }
  const keyOf = (record: number, trigger: Uint8Array): string => {
    const at = trigger.length - layout.fromEnd.time
    const words = Array.from({ length: stampWidth(layout.stamp) }, (_, index) => wordAt(trigger, at + 2 * index))
    return `window ${record} ${words.join('-')}`
  }
  const wanted = [...triggers.records].filter(([record, trigger]) => !isKnown(keyOf(record, trigger)))
  if (wanted.length === 0) return { ok: true, captures: [], notes: layout.missing }
  const made: (RawCapture | string)[] = []
  // Each record for itself: the log is paused for as short as can be.
  for (const [record, trigger] of wanted) {
    const samples = await visit(layout, way, paused, layout.samples, ({ recordBytes }) =>
      recordBytes === layout.sampleBytes ? [record] : [],
    )
    if (typeof samples === 'string') return { ok: false, why: samples }
    const bytes = samples.records.get(record)
    if (bytes === undefined)
      return {
        ok: false,
        why: `its samples records have ${samples.state.recordBytes} bytes, expected were ${layout.sampleBytes}`,
      }
    made.push(captureOf(layout, record, trigger, bytes, nominalHz))
  }
  return {
    ok: true,
    captures: made.filter((each) => typeof each !== 'string'),
    notes: [...layout.missing, ...made.filter((each) => typeof each === 'string')],
  }
}

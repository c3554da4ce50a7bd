import type { CaptureProcedure, LogWindow } from '../../../shared/meter-records/capture-layout.ts'
import { writeStamp } from '../../../shared/meter-records/stamp.ts'
import type { Meter } from '../physics/meter.ts'
import { exceptions, type ReadOutcome } from './device.ts'

interface Times {
  readonly clockAheadMs: number
}

const third = (2 * Math.PI) / 3
const voltsAt = (meter: Meter, phase: number, turn: number): number =>
  Math.SQRT2 *
  (meter.window()?.voltage[phase] ?? 0) *
  (Math.sin(turn - phase * third) + 0.018 * Math.sin(5 * (turn - phase * third)))
const amperesAt = (meter: Meter, phase: number, turn: number): number =>
  Math.SQRT2 *
  (meter.window()?.current[phase] ?? 0) *
  (Math.sin(turn - phase * third - 0.1) + 0.09 * Math.sin(3 * (turn - phase * third)))

const valueOf = (meter: Meter, name: string, turn: number): number => {
  const phase = Number(name[1]) - 1
  return name.startsWith('u') ? voltsAt(meter, phase, turn) : Number.isNaN(phase) ? 0 : amperesAt(meter, phase, turn)
}

const words = (bytes: Uint8Array): number[] =>
  Array.from({ length: bytes.length >> 1 }, (_, index) => ((bytes[2 * index] ?? 0) << 8) | (bytes[2 * index + 1] ?? 0))
const slice = (all: readonly number[], from: number, address: number, count: number): ReadOutcome | null =>
  address >= from && address + count <= from + all.length
    ? { words: all.slice(address - from, address - from + count) }
    : null

const nothing = {
  read: (): ReadOutcome | null => null,
  write: (): boolean => false,
  readFile: (): ReadOutcome => ({ exception: exceptions.illegalFunction }),
  isPaused: (): boolean => false,
}

/** 64 samples a cycle, two of them, as the converter counts. */
const ofBlocks = (layout: Extract<CaptureProcedure, { kind: 'plain-blocks' }>, meter: Meter) => {
  const blocks = layout.channels.map((channel) => {
    const perCount = channel.unit === 'V' ? 0.1 : 0.02
    const samples = Array.from(
      { length: channel.samples },
      (_, index) => Math.round(valueOf(meter, channel.name, (2 * Math.PI * index) / 64) / perCount) & 0xffff,
    )
    const scale = Math.round(perCount / channel.scale.scale)
    return [
      { from: channel.scale.address, all: [scale >>> 16, scale & 0xffff] },
      { from: channel.address, all: samples },
    ]
  })
  return {
    ...nothing,
    read: (address: number, count: number): ReadOutcome | null => {
      for (const { from, all } of blocks.flat()) {
        const found = slice(all, from, address, count)
        if (found !== null) return found
      }
      return null
    },
  }
}

const nexusBytes = (value: number): readonly [number, number] => {
  const low = value & 0x7f
  const high = (value >> 7) & 0xff
  // The bit that stands for two things: the carry is put in as the maker's device does.
  return (low & 0x40) !== 0 ? [low, (high + 1) & 0xff] : [low, high]
}

/** A log behind a window: one record, 128 samples a cycle, a capture of eight cycles. It resumes 30 s after it was paused. */
const ofWindow = (layout: LogWindow, meter: Meter, times: () => Times) => {
  const gain = 27_650_004
  const triggerBytes = 512
  let pausedAtMs: number | null = null
  let log = 0
  let pointer = 0
  const isPaused = (): boolean => pausedAtMs !== null && Date.now() - pausedAtMs < layout.resumesAfterMs
  const stamp = words0(() => writeStamp(layout.stamp, Date.now() - 3_600_000 + times().clockAheadMs))
  const trigger = (): Uint8Array => {
    const bytes = new Uint8Array(triggerBytes)
    const at = triggerBytes - layout.fromEnd.time
    stamp().forEach((word, index) => {
      bytes[at + 2 * index] = word >> 8
      bytes[at + 2 * index + 1] = word & 0xff
    })
    const view = new DataView(bytes.buffer)
    for (let index = 0; index < 8; index += 1) view.setUint32(triggerBytes - layout.fromEnd.gains + 4 * index, gain)
    return bytes
  }
  const samples = new Uint8Array(layout.sampleBytes)
  for (let set = 0; set < layout.sampleBytes / 16; set += 1)
    for (let phase = 0; phase < 3; phase += 1) {
      const value = Math.round((voltsAt(meter, phase, (2 * Math.PI * set) / 128) * layout.divisor * 65536) / gain)
      samples.set(nexusBytes(value), set * 16 + 2 * (4 + phase))
    }
  const header = (size: number): number[] => {
    const head = Array.from({ length: layout.headerWords }, () => 0)
    ;[0, size, size, 0, 0].forEach((word, index) => (head[index] = word))
    head[17] = 1
    return head
  }
  return {
    ...nothing,
    isPaused,
    read: (address: number, count: number): ReadOutcome | null => {
      if (address === layout.trigger.header) return { words: header(triggerBytes).slice(0, count) }
      if (address === layout.samples.header) return { words: header(layout.sampleBytes).slice(0, count) }
      if (address === layout.control) return { words: [(isPaused() ? 0 : 0x100) | log] }
      if (address !== layout.pointer || count !== layout.windowWords + 1) return null
      if (!isPaused()) return { exception: exceptions.deviceFailure }
      const bytes = log === layout.trigger.log ? trigger() : samples
      pointer = (pointer + 1) & 0xffff
      const part = words(bytes.slice(pointer * layout.windowWords * 2, (pointer + 1) * layout.windowWords * 2))
      return { words: [pointer, ...part, ...Array.from({ length: layout.windowWords - part.length }, () => 0)] }
    },
    write: (address: number, said: readonly number[]): boolean => {
      if (address === layout.control) {
        log = (said[0] ?? 0) & 0xff
        pausedAtMs = (said[0] ?? 0) >> 8 === 0 ? Date.now() : null
        pointer = -1
        return true
      }
      if (address !== layout.pointer) return false
      // The same number begins at 0 and ends the reading: behind a reading it is the end.
      if (said[0] === 0xffff && pointer >= 0) pausedAtMs = null
      pointer = said[0] === 0xffff ? -1 : (said[0] ?? 0)
      return true
    },
  }
}

/** Made once: a capture does not change its time. */
const words0 = <T>(make: () => T): (() => T) => {
  let made: T | null = null
  return () => (made ??= make())
}

const comtradeStamp = (wallMs: number): string => {
  const [date = '', time = ''] = new Date(wallMs).toISOString().replace('Z', '').split('T')
  const [year, month, day] = date.split('-')
  return `${day}/${month}/${year},${time}000`
}

/** One COMTRADE pair, 1999 BINARY: 128 samples a cycle for five cycles. */
const ofFiles = (layout: Extract<CaptureProcedure, { kind: 'comtrade-files' }>, meter: Meter, times: () => Times) => {
  const made = words0(() => {
    const names = ['u1', 'u2', 'u3', 'i1', 'i2', 'i3'] as const
    const count = 640
    const wallMs = Date.now() - 3_600_000 + times().clockAheadMs
    const scale = (name: string): number => (name.startsWith('u') ? 0.02 : 0.01)
    const lines = [
      'iMeter 6,simulated,1999',
      '6,6A,0D',
      ...names.map(
        (name, index) =>
          `${index + 1},${name.startsWith('u') ? 'U' : 'I'}${'abc'[index % 3] ?? ''}${name.startsWith('u') ? 'n' : ''},${'ABC'[index % 3] ?? ''},,${name.startsWith('u') ? 'V' : 'A'},${scale(name)},0,0,-32767,32767,1,1,P`,
      ),
      '50',
      '1',
      `6400,${count}`,
      comtradeStamp(wallMs),
      comtradeStamp(wallMs + 40),
      'BINARY',
      '1',
      '',
    ]
    const data = new DataView(new ArrayBuffer(count * (8 + 2 * names.length)))
    for (let index = 0; index < count; index += 1) {
      const at = index * (8 + 2 * names.length)
      data.setUint32(at, index + 1, true)
      data.setUint32(at + 4, Math.round((index * 1e6) / 6400), true)
      names.forEach((name, column) =>
        data.setInt16(
          at + 8 + 2 * column,
          Math.round(valueOf(meter, name, (2 * Math.PI * index) / 128) / scale(name)),
          true,
        ),
      )
    }
    return { configuration: Buffer.from(lines.join('\r\n'), 'latin1'), data: new Uint8Array(data.buffer) }
  })
  return {
    ...nothing,
    readFile: (file: number, record: number, count: number): ReadOutcome => {
      const [recorder] = layout.recorders
      const bytes =
        file === recorder?.configuration.first
          ? made().configuration
          : file === recorder?.data.first
            ? made().data
            : null
      if (bytes === null || record * 2 >= bytes.length) return { exception: exceptions.illegalAddress }
      const part = new Uint8Array(count * 2)
      part.set(bytes.subarray(record * 2, (record + count) * 2))
      return { words: words(part) }
    },
  }
}

/** What a meter keeps of captures, in the way its profile says it gives them. */
export const createCaptureMemory = (layout: CaptureProcedure, meter: Meter, times: () => Times) => {
  // Made when it is first asked: before, the meter has measured nothing.
  const memory = words0(() => {
    switch (layout.kind) {
      case 'plain-blocks':
        return ofBlocks(layout, meter)
      case 'log-window':
        return ofWindow(layout, meter, times)
      case 'comtrade-files':
        return ofFiles(layout, meter, times)
    }
  })
  return {
    read: (address: number, count: number): ReadOutcome | null => memory().read(address, count),
    write: (address: number, said: readonly number[]): boolean => memory().write(address, said),
    readFile: (file: number, record: number, count: number): ReadOutcome => memory().readFile(file, record, count),
    isPaused: (): boolean => memory().isPaused(),
  }
}

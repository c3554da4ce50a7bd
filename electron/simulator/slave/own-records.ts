import type { MeterProfile } from '../../../shared/profile/meter-profile.ts'
import type { RecordLayout, RecordNumber } from '../../../shared/meter-records/record-layout.ts'
import { readStamp, writeStamp } from '../../../shared/meter-records/stamp.ts'
import { encodeRegister } from '../../../shared/profile/codec.ts'
import type { Meter } from '../physics/meter.ts'
import type { NotedEvent } from '../physics/meter-watch.ts'
import { createCaptureMemory } from './capture-memory.ts'
import { exceptions, type ReadOutcome, type WriteOutcome } from './device.ts'

export interface OwnRecordsSettings {
  /** The meter's clock less this computer's, ms; its summer time and zone are in it. */
  readonly clockAheadMs: number
  /** By which percent are reckoned, V. */
  readonly nominalV: number
  /** World seconds to this computer's UTC, ms. */
  readonly utcOf: (worldS: number) => number
}

const put = (words: number[], { at, type, scale }: RecordNumber, value: number): void => {
  const encoded = encodeRegister(
    { type, scale },
    type.startsWith('float') ? value : Math.round(value / scale) * scale,
    { wordOrder: 'high-first' },
  )
  encoded.forEach((word, index) => (words[at + index] = word))
}

const codeOf = ({ event }: RecordLayout, kind: string): readonly [at: number, word: number] | null => {
  if (typeof event === 'string') return null
  const found = Object.entries(event.means).find(([, means]) => means === kind)
  return found === undefined ? null : [event.at, Number(found[0]) << Math.log2(event.mask & -event.mask)]
}

/** A record as the maker writes it; made from the layout's places, not by the product's reader. */
export const recordWords = (layout: RecordLayout, event: NotedEvent, settings: OwnRecordsSettings): number[] => {
  const words = Array.from({ length: layout.words }, () => 0)
  const wall = (worldS: number): number => settings.utcOf(worldS) + settings.clockAheadMs
  const write = (at: number, part: readonly number[]): void => part.forEach((word, index) => (words[at + index] = word))
  write(layout.time.at, writeStamp(layout.time.stamp, wall(layout.time.marks === 'end' ? event.endS : event.startS)))
  if (layout.end !== undefined) write(layout.end.at, writeStamp(layout.end.stamp, wall(event.endS)))
  const code = codeOf(layout, event.kind)
  if (code !== null) words[code[0]] = code[1]
  if (layout.duration !== undefined) put(words, layout.duration, (event.endS - event.startS) * 1000)
  const worst = event.kind === 'swell' ? Math.max(...event.extremes) : Math.min(...event.extremes)
  const share = (volts: number, unit: 'V' | '%'): number => (unit === 'V' ? volts : (100 * volts) / settings.nominalV)
  if (layout.extreme !== undefined) put(words, layout.extreme, share(worst, layout.extreme.unit))
  const { extremes } = layout
  if (extremes !== undefined) {
    // Bit weights of 10 mV, as the maker's example has it.
    const weight = extremes.weight === undefined ? 1 : 0.01
    if (extremes.weight !== undefined) put(words, extremes.weight, weight)
    extremes.phases.forEach((each, index) =>
      put(words, each, share(event.extremes[index] ?? 0, extremes.unit) / weight),
    )
  }
  if (layout.phases !== undefined) {
    const bits = event.terminals.reduce((sum, index) => sum | (1 << index), 0)
    words[layout.phases.at] = (layout.phases.bitsFrom ?? 0) | bits
  }
  return words
}

type LogLayout = NonNullable<MeterProfile['logs']>[number]
type HarmonicLayout = NonNullable<MeterProfile['harmonics']>

/** What is in its list of harmonics now, told piece by piece. */
const tellHarmonics = (
  harmonics: HarmonicLayout,
  meter: Meter,
  tell: (address: number, words: readonly number[]) => void,
): void => {
  const window = meter.window()
  const list = (place: number, value: (order: number) => number): void => {
    for (let order = 1; order <= harmonics.orders; order += 1)
      tell(place + 2 * (order - 1), encodeRegister({ type: 'float32' }, value(order), { wordOrder: 'high-first' }))
  }
  const share = (order: number): number =>
    order === 1 ? 1 : order === 3 ? 0.012 : order === 5 ? 0.018 : order === 7 ? 0.009 : 0
  const shareI = (order: number): number =>
    order === 1 ? 1 : order === 3 ? 0.09 : order === 5 ? 0.05 : order === 7 ? 0.02 : 0
  const first = (places: NonNullable<MeterProfile['harmonics']>['currents']) =>
    'candidates' in places ? places.candidates[0] : places
  ;(['L1', 'L2', 'L3'] as const).forEach((phase, index) => {
    const volts = window?.voltage[index] ?? 0
    const amperes = window?.current[index] ?? 0
    const lag = (Math.atan2(window?.reactiveVar[index] ?? 0, window?.activeW[index] ?? 1) * 180) / Math.PI
    const turned = (degrees: number): number => ((((degrees + 180) % 360) + 360) % 360) - 180
    const angle = (order: number): number => turned(-120 * index * order + (order === 1 ? 0.5 : 20 * order))
    list(harmonics.voltages[phase], (order) => volts * share(order))
    list(first(harmonics.currents)?.[phase] ?? 0, (order) => amperes * shareI(order))
    list(first(harmonics.voltageAngles)?.[phase] ?? 0, angle)
    list(first(harmonics.currentAngles)?.[phase] ?? 0, (order) =>
      harmonics.currentAnglesFrom === 'voltage' ? lag + 3 * order : turned(angle(order) - lag - 3 * order),
    )
  })
}

/** Registers of a meter's own records: what its profile says it keeps, filled from what it noted. */
export const createOwnRecords = (profile: MeterProfile, meter: Meter, settings: OwnRecordsSettings) => {
  let aheadMs = settings.clockAheadMs
  const now = (): OwnRecordsSettings => ({ ...settings, clockAheadMs: aheadMs })
  const registers = new Map<string, number>()
  const commands = new Map<number, number>()
  const memory = profile.captures === undefined ? null : createCaptureMemory(profile.captures, meter, now)

  const set = (space: string, address: number, words: readonly number[]): void =>
    words.forEach((word, index) => registers.set(`${space} ${address + index}`, word))

  const fillLog = (log: LogLayout, space: string): void => {
    const kinds = typeof log.record.event === 'string' ? [log.record.event] : Object.values(log.record.event.means)
    const events = meter.events().filter(({ kind }) => kinds.includes(kind))
    const { words } = log.record
    if (log.kind === 'newest-list')
      for (let index = 0; index < log.count; index += 1) {
        const event = events[index]
        set(
          space,
          log.address + index * log.stride,
          event === undefined ? Array.from({ length: words }, () => 0) : recordWords(log.record, event, now()),
        )
      }
    else if (log.kind === 'ring') {
      set(
        space,
        log.address,
        Array.from({ length: log.count * words }, () => 0),
      )
      events
        .toReversed()
        .forEach((event, index) =>
          set(space, log.address + (index % log.count) * words, recordWords(log.record, event, now())),
        )
    } else {
      const asked = commands.get(log.command.address) ?? log.command.last
      const from = asked === log.command.last ? 0 : asked
      const part = events.slice(from, from + log.most)
      const head = Array.from({ length: log.header.words }, () => 0)
      head[log.header.next] = from + part.length
      head[log.header.count] = part.length
      head[log.header.size] = words
      set(space, log.header.address, head)
      part.forEach((event, index) => set(space, log.data + index * words, recordWords(log.record, event, now())))
    }
  }
  const fill = (): void => {
    registers.clear()
    const { clock, logs = [], meterAlarms = [], harmonics } = profile
    if (clock !== undefined)
      set(clock.space ?? profile.space, clock.address, writeStamp(clock.stamp, Date.now() + aheadMs))
    for (const log of logs) fillLog(log, log.space ?? profile.space)
    for (const { when, alarm, space = profile.space } of meterAlarms)
      for (const { address, equals } of when)
        if (!registers.has(`${space} ${address}`)) set(space, address, [alarm === 'was' ? equals : 0])
    if (harmonics !== undefined)
      tellHarmonics(harmonics, meter, (address, words) => set(harmonics.space ?? profile.space, address, words))
  }

  return {
    /** null: these registers are not of its own records. */
    read: (functionCode: 3 | 4, address: number, count: number): ReadOutcome | null => {
      const space = functionCode === 3 ? 'holding' : 'input'
      const ofCapture = space === 'holding' ? (memory?.read(address, count) ?? null) : null
      if (ofCapture !== null) return ofCapture
      fill()
      const words = Array.from({ length: count }, (_, index) => registers.get(`${space} ${address + index}`))
      if (words[0] === undefined) return null
      if (count > profile.line.maxRegisters) return { exception: exceptions.illegalValue }
      const whole = words.filter((word) => word !== undefined)
      return whole.length === count ? { words: whole } : { exception: exceptions.illegalAddress }
    },
    write: (address: number, words: readonly number[]): WriteOutcome | null => {
      const { clock, logs = [] } = profile
      if (memory?.write(address, words) === true) return 'done'
      const command = logs.find((log) => log.kind === 'command' && log.command.address === address)
      if (command !== undefined) {
        commands.set(address, words[0] ?? 0)
        return 'done'
      }
      if (clock?.isSettable === true && clock.address === address) {
        const set = readStamp(clock.stamp, words)
        if (set === null) return { exception: exceptions.illegalValue }
        aheadMs = set.wallMs - Date.now()
        return 'done'
      }
      return null
    },
    readFile: (file: number, record: number, count: number): ReadOutcome =>
      memory?.readFile(file, record, count) ?? { exception: exceptions.illegalFunction },
    isPaused: (): boolean => memory?.isPaused() ?? false,
  }
}
export type OwnRecordsDevice = ReturnType<typeof createOwnRecords>

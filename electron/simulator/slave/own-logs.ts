import type { MeterProfile } from '../../../shared/profile/meter-profile.ts'
import type { RecordLayout, RecordNumber } from '../../../shared/meter-records/record-layout.ts'
import { writeStamp } from '../../../shared/meter-records/stamp.ts'
import { encodeRegister } from '../../../shared/profile/codec.ts'
import type { NotedEvent } from '../physics/meter-watch.ts'

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

const eventCodes = { swell: 0x0801, dip: 0x0803, interruption: 0x0805 } as const

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
  // Alarms and entries have codes of their maker; here a number for each kind.
  if (layout.about !== undefined) put(words, layout.about, eventCodes[event.kind])
  if (layout.occurred !== undefined) words[layout.occurred.at] = layout.occurred.mask
  if (layout.phases !== undefined) {
    const bits = event.terminals.reduce((sum, index) => sum | (1 << index), 0)
    words[layout.phases.at] = (layout.phases.bitsFrom ?? 0) | bits
  }
  return words
}

export type LogLayout = NonNullable<MeterProfile['logs']>[number]

/** What was written to the command registers of logs: which record is asked for, or where a pointer stands. */
export const createLogCommands = (logs: readonly LogLayout[]) => {
  const asked = new Map<number, number>()
  return {
    of: (address: number): number | null => asked.get(address) ?? null,
    tell: (address: number, word: number): void => {
      const log = logs.find((each) => each.kind === 'pointer' && each.command.address === address)
      if (log?.kind !== 'pointer') asked.set(address, word)
      // Before the beginning after a reset; each further command goes on by a batch.
      else if (word === log.command.reset) asked.set(address, -1)
      else if (word === log.command.next) asked.set(address, (asked.get(address) ?? -1) + 1)
    },
  }
}
type LogCommands = ReturnType<typeof createLogCommands>
type Tell = (address: number, words: readonly number[]) => void

const emptyRecord = (words: number): number[] => Array.from({ length: words }, () => 0)

/** Those a log tells of: its own kinds, or all where it keeps alarms or entries. */
const eventsOf = ({ record }: LogLayout, noted: readonly NotedEvent[]): readonly NotedEvent[] => {
  if (record.event === 'alarm' || record.event === 'entry') return noted
  const kinds: readonly string[] = typeof record.event === 'string' ? [record.event] : Object.values(record.event.means)
  return noted.filter(({ kind }) => kinds.includes(kind))
}

const tellBatch = (
  log: Extract<LogLayout, { kind: 'command' | 'pointer' }>,
  events: readonly NotedEvent[],
  commands: LogCommands,
  settings: OwnRecordsSettings,
  tell: Tell,
): void => {
  const at = commands.of(log.command.address)
  const from = log.kind === 'pointer' ? (at ?? -1) * log.most : at === null || at === log.command.last ? 0 : at
  const part = from < 0 ? [] : events.slice(from, from + log.most)
  const head = emptyRecord(log.header.words)
  if (log.kind === 'command') head[log.header.next] = from + part.length
  head[log.header.count] = part.length
  head[log.header.size] = log.record.words
  tell(log.header.address, head)
  part.forEach((event, index) => tell(log.data + index * log.record.words, recordWords(log.record, event, settings)))
}

/** What a log's registers hold now. `noted`: newest first. */
export const tellLog = (
  log: LogLayout,
  noted: readonly NotedEvent[],
  commands: LogCommands,
  settings: OwnRecordsSettings,
  tell: Tell,
): void => {
  const events = eventsOf(log, noted)
  const { words } = log.record
  const wordsOf = (event: NotedEvent | undefined): number[] =>
    event === undefined ? emptyRecord(words) : recordWords(log.record, event, settings)
  if (log.kind === 'newest-list')
    for (let index = 0; index < log.count; index += 1) tell(log.address + index * log.stride, wordsOf(events[index]))
  else if (log.kind === 'ring') {
    tell(log.address, emptyRecord(log.count * words))
    events.toReversed().forEach((event, index) => tell(log.address + (index % log.count) * words, wordsOf(event)))
  } else tellBatch(log, events, commands, settings, tell)
}

import type { MeterLog } from '../../../shared/meter-records/own-records.ts'
import { readRecord, recordKey, type MeterRecord } from '../../../shared/meter-records/record-layout.ts'
import type { MeterWay } from './meter-way.ts'

export interface FoundRecord {
  /** Tells it from every other record of this meter. */
  readonly key: string
  readonly record: MeterRecord
}
export interface LogReading {
  readonly found: readonly FoundRecord[]
  /** Why not all of it was read, for a person; null: all was. */
  readonly problem: string | null
  /** Of a ring: where the next record will come; null: not known. */
  readonly next: number | null
}

/** What is known from before. `isSeen`: this record was taken already. */
export interface LogMemory {
  readonly isSeen: (key: string) => boolean
  readonly next: number | null
  /** Look at all of it, not only where something new would stand. */
  readonly isWhole: boolean
}

const take = (log: MeterLog, words: readonly number[]): FoundRecord | null => {
  const record = readRecord(log.record, words)
  return record === null ? null : { key: recordKey(log.id, words), record }
}

const readList = async (
  log: Extract<MeterLog, { kind: 'newest-list' }>,
  way: MeterWay,
  { isSeen, isWhole }: LogMemory,
): Promise<LogReading> => {
  const found: FoundRecord[] = []
  for (let index = 0; index < log.count; index += 1) {
    const asked = await way.read(log.address + index * log.stride, log.record.words, log.space)
    if (!asked.ok) return { found, problem: asked.why, next: null }
    const one = take(log, asked.words)
    // Newest first, as far as makers say: behind one that is known only older ones stand, and an empty slot ends the list.
    if (!isWhole && (one === null || isSeen(one.key))) break
    if (one !== null) found.push(one)
  }
  return { found, problem: null, next: null }
}

const readBlock = async (
  log: Extract<MeterLog, { kind: 'ring' }>,
  way: MeterWay,
  from: number,
): Promise<{ readonly slots: readonly (FoundRecord | null)[] } | string> => {
  const count = Math.min(log.atOnce, log.count - from)
  const { words } = log.record
  const asked = await way.read(log.address + from * words, count * words, log.space)
  if (!asked.ok) return asked.why
  return {
    slots: Array.from({ length: count }, (_, index) =>
      take(log, asked.words.slice(index * words, (index + 1) * words)),
    ),
  }
}

/** From where the next record will come, or all of it: the newest by its time is where the next look goes on. */
const readRing = async (
  log: Extract<MeterLog, { kind: 'ring' }>,
  way: MeterWay,
  { isSeen, next, isWhole }: LogMemory,
): Promise<LogReading> => {
  const found: FoundRecord[] = []
  let newest = { at: -1, wallMs: -Infinity }
  const start = isWhole || next === null ? 0 : next
  for (let read = 0; read < log.count;) {
    const from = (start + read) % log.count
    const block = await readBlock(log, way, from)
    if (typeof block === 'string') return { found, problem: block, next: isWhole ? next : null }
    block.slots.forEach((one, index) => {
      if (one === null) return
      if (one.record.time.wallMs >= newest.wallMs) newest = { at: from + index, wallMs: one.record.time.wallMs }
      // The last block may reach over the first one.
      if (!found.some(({ key }) => key === one.key)) found.push(one)
    })
    // Going on from the newest that was known: a block with nothing new ends it.
    if (!isWhole && !block.slots.some((one) => one !== null && !isSeen(one.key))) break
    read += block.slots.length
  }
  const at = newest.at < 0 ? start : (newest.at + 1) % log.count
  return { found, problem: null, next: isWhole || found.some(({ key }) => !isSeen(key)) ? at : next }
}

/** A log that names the record asked for as its next one, or goes round, ends here. */
const mostSteps = 200

interface Batch {
  readonly head: readonly number[]
  readonly records: readonly FoundRecord[]
  /** Why not all of it was read; null: all was. */
  readonly problem: string | null
}

/** What a command brought: a header that says how many records, and they. */
const readBatch = async (log: Extract<MeterLog, { kind: 'command' | 'pointer' }>, way: MeterWay): Promise<Batch> => {
  const { header, data, record, most, space } = log
  const asked = await way.read(header.address, header.words, space)
  if (!asked.ok) return { head: [], records: [], problem: asked.why }
  const head = asked.words
  const [count = 0, size = 0] = [head[header.count], head[header.size]]
  if (count > 0 && (size !== record.words || count > most)) {
    const problem = `its header says ${count} records of ${size} words, expected were up to ${most} of ${record.words}`
    return { head, records: [], problem }
  }
  const records: FoundRecord[] = []
  for (let index = 0; index < count; index += 1) {
    const item = await way.read(data + index * size, size, space)
    if (!item.ok) return { head, records, problem: item.why }
    const one = take(log, item.words)
    if (one !== null) records.push(one)
  }
  return { head, records, problem: null }
}

/** Which end a pointer begins at is not known, so all of it is read, and only when all of it is wanted. */
const readPointed = async (
  log: Extract<MeterLog, { kind: 'pointer' }>,
  way: MeterWay,
  { isWhole }: LogMemory,
): Promise<LogReading> => {
  const found: FoundRecord[] = []
  if (!isWhole) return { found, problem: null, next: null }
  const { command } = log
  const reset = await way.write(command.address, [command.reset])
  if (!reset.ok) return { found, problem: reset.why, next: null }
  const keys = new Set<string>()
  for (let step = 0; step < mostSteps; step += 1) {
    const written = await way.write(command.address, [command.next])
    if (!written.ok) return { found, problem: written.why, next: null }
    const batch = await readBatch(log, way)
    // One that gives the same again and again is at its end too.
    const fresh = batch.records.filter(({ key }) => !keys.has(key))
    fresh.forEach(({ key }) => keys.add(key))
    found.push(...fresh)
    if (batch.problem !== null) return { found, problem: batch.problem, next: null }
    if (fresh.length === 0) break
  }
  return { found, problem: null, next: null }
}

const readCommanded = async (
  log: Extract<MeterLog, { kind: 'command' }>,
  way: MeterWay,
  { isSeen, isWhole }: LogMemory,
): Promise<LogReading> => {
  const found: FoundRecord[] = []
  const { command, header } = log
  const asked = new Set<number>()
  let next = command.last
  for (let step = 0; step < mostSteps && !asked.has(next); step += 1) {
    asked.add(next)
    const written = await way.write(command.address, [next, ...command.then])
    if (!written.ok) return { found, problem: written.why, next: null }
    const batch = await readBatch(log, way)
    found.push(...batch.records)
    if (batch.problem !== null) return { found, problem: batch.problem, next: null }
    if ((batch.head[header.count] ?? 0) === 0) break
    const hasNew = batch.records.some(({ key }) => !isSeen(key))
    if (!hasNew && !isWhole) break
    next = batch.head[header.next] ?? command.last
  }
  return { found, problem: null, next: null }
}

/** Reads what a meter's log has: all of it, or from where something new would stand. Records that were seen before may be among them. */
export const readLog = (log: MeterLog, way: MeterWay, memory: LogMemory): Promise<LogReading> => {
  switch (log.kind) {
    case 'newest-list':
      return readList(log, way, memory)
    case 'ring':
      return readRing(log, way, memory)
    case 'command':
      return readCommanded(log, way, memory)
    case 'pointer':
      return readPointed(log, way, memory)
  }
}

import { healthSchema, type Health } from '../../shared/model/health.ts'
import type { DeckNote } from '../../shared/api/deck-contract.ts'
import type { Interval } from '../../shared/model/event.ts'
import {
  auditRows,
  decisionRows,
  eventRows,
  intervalRows,
  qualityRows,
  readingsReader,
  writeRows,
  type KeptRows,
} from '../core/deck/snapshot-rows.ts'
import type { Recorder, StoredReading } from '../core/record/recorder.ts'
import { qualityFileName } from '../core/report/views/view-files.ts'
import { partJson, partLines } from '../io/recording/parts.ts'
import type { Recording } from '../io/recording/open-recording.ts'

type Source = Pick<Recording, 'bytes' | 'entries'>
const readingsName = /^readings\/(.+)\.csv$/
const whyOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Does it, and tells where a part could not be read; what was read before stays. */
export const guarded = async (part: string, notes: DeckNote[], read: () => Promise<void>): Promise<void> => {
  try {
    await read()
  } catch (error) {
    notes.push({ tone: 'alarm', part, text: `It can't be read: ${whyOf(error)}` })
  }
}

const jsonRows = async <T>(
  { bytes, entries }: Source,
  name: string,
  rowsOf: (value: unknown) => { readonly rows: readonly T[]; readonly bad: number },
  notes: DeckNote[],
): Promise<readonly T[]> => {
  let rows: readonly T[] = []
  await guarded(name, notes, async () => {
    const read = rowsOf(await partJson(bytes, entries, name))
    rows = read.rows
    if (read.bad > 0)
      notes.push({ tone: 'alarm', part: name, text: `${String(read.bad)} rows of it are none of ours.` })
  })
  return rows
}

/** Rows of a part with one on each line; none where the file has no such part. */
export const lineRowsOf = async <T>(
  { bytes, entries }: Source,
  name: string,
  rowsOf: (value: unknown) => { readonly rows: readonly T[]; readonly bad: number },
  notes: DeckNote[],
): Promise<readonly T[]> => {
  const rows: T[] = []
  await guarded(name, notes, async () => {
    const entry = entries.find((each) => each.name === name)
    if (entry === undefined) return
    let bad = 0
    for await (const lines of partLines(bytes, entry)) {
      const read = rowsOf(lines.map((line): unknown => JSON.parse(line)))
      rows.push(...read.rows)
      bad += read.bad
    }
    if (bad > 0) notes.push({ tone: 'alarm', part: name, text: `${String(bad)} rows of it are none of ours.` })
  })
  return rows
}

/** Events, decisions, writes and audit of a snapshot, each at most some thousand rows. */
export const keptRows = async (source: Source, notes: DeckNote[]): Promise<KeptRows> => ({
  events: await jsonRows(source, 'events.json', eventRows, notes),
  decisions: await jsonRows(source, 'decisions.json', decisionRows, notes),
  writes: await jsonRows(source, 'writes.json', writeRows, notes),
  audit: await jsonRows(source, 'audit.json', (value) => auditRows((value as { rows?: unknown } | null)?.rows), notes),
  quality: await lineRowsOf(source, qualityFileName, qualityRows, notes),
})

/** Lines and devices as they were kept in it, oldest first. */
export const keptHealths = async ({ bytes, entries }: Source, notes: DeckNote[]): Promise<readonly Health[]> => {
  const healths: Health[] = []
  const add = (value: unknown): void => {
    const parsed = healthSchema.safeParse(value)
    if (parsed.success) healths.push(parsed.data)
  }
  await guarded('health.ndjson', notes, async () => {
    const entry = entries.find(({ name }) => name === 'health.ndjson')
    if (entry !== undefined)
      for await (const lines of partLines(bytes, entry)) for (const line of lines) add(JSON.parse(line))
    add(await partJson(bytes, entries, 'health.json'))
  })
  return healths.sort((one, other) => one.atMs - other.atMs)
}

/** Readings and intervals of a snapshot into a store of its own. */
export const fillFromSnapshot = async (
  { bytes, entries }: Source,
  recorder: Recorder,
  onShare: (share: number) => void,
  isStopped: () => boolean,
): Promise<readonly DeckNote[]> => {
  const notes: DeckNote[] = []
  const readings = entries.filter(({ name }) => readingsName.test(name))
  for (const [index, entry] of readings.entries()) {
    onShare(index / readings.length)
    const meterId = readingsName.exec(entry.name)?.[1] ?? ''
    await guarded(entry.name, notes, async () => {
      let read: ReturnType<typeof readingsReader> = null
      for await (const lines of partLines(bytes, entry)) {
        if (isStopped()) return
        const [heading = '', ...rest] = lines
        const isFirst = read === null
        read ??= readingsReader(meterId, heading)
        if (read === null) throw new Error('its first line is not the heading of readings')
        const rows = (isFirst ? rest : lines).flatMap((line): readonly StoredReading[] => {
          const row = read?.(line) ?? null
          return row === null ? [] : [row]
        })
        if (rows.length > 0) await recorder.appendReadings(rows)
      }
    })
  }
  await guarded('intervals.ndjson', notes, async () => {
    const entry = entries.find(({ name }) => name === 'intervals.ndjson')
    if (entry === undefined) return
    for await (const lines of partLines(bytes, entry)) {
      const rows: readonly Interval[] = intervalRows(lines.map((line): unknown => JSON.parse(line))).rows
      if (rows.length > 0) await recorder.appendIntervals(rows)
    }
  })
  return notes
}

import { createReadStream, createWriteStream, type WriteStream } from 'node:fs'
import { once } from 'node:events'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { readSite } from '../../shared/site/read-site.ts'
import { indexTape, type TapeIndex } from '../core/deck/tape-index.ts'
import type { TapeText } from '../core/deck/tape-text.ts'
import { anewLine, thinnedLines } from '../core/deck/thinned.ts'
import { readingsReader } from '../core/deck/snapshot-rows.ts'
import type { StoredReading, TimeRange } from '../core/record/recorder.ts'
import { recordHeadName } from '../core/record/tape/record-file.ts'
import { readTapeHead } from '../core/record/tape/read-tape.ts'
import { tapeHeadOf, type TapeHead } from '../core/record/tape/tape-head.ts'
import { loadCatalogue } from '../io/catalogue.ts'
import { noCheckedProfiles, readCheckedProfiles } from '../io/checked-profiles.ts'
import { dataFolder } from '../io/data-folder.ts'
import { randomId } from '../io/new-id.ts'
import { readManifest } from '../io/recording/check-contents.ts'
import { textOfFile } from '../io/recording/file-text.ts'
import type { Recording } from '../io/recording/open-recording.ts'
import { partLines, partText } from '../io/recording/parts.ts'
import type { Scratch } from '../io/recording/scratch.ts'
import { programPaths, programVersion } from './program-paths.ts'

/** Seconds are stored by their beginning: the one in which a record begins is its own, ms. */
const ownSecondMs = 1000
/** A record that begins this much later than its snapshot gets what is missing made of stored seconds, ms. */
const missingMs = 5000
const readingsName = /^readings\/(.+)\.csv$/

export interface PlayableRecord {
  readonly text: TapeText
  readonly index: TapeIndex
}

async function* readingsOf({ bytes, entries }: Recording, name: string): AsyncGenerator<readonly StoredReading[]> {
  const entry = entries.find((each) => each.name === name)
  if (entry === undefined) return
  let read: ReturnType<typeof readingsReader> = null
  for await (const lines of partLines(bytes, entry)) {
    const isFirst = read === null
    read ??= readingsReader(readingsName.exec(name)?.[1] ?? '', lines[0] ?? '')
    if (read === null) return
    const one = read
    yield (isFirst ? lines.slice(1) : lines).flatMap((line) => one(line) ?? [])
  }
}

/** What a record of it would begin with: as it lies in the file, or made of its site file and the profiles of this program. */
const headOf = async ({ bytes, entries }: Recording): Promise<TapeHead> => {
  const kept = await partText(bytes, entries, recordHeadName)
  if (kept !== null) return readTapeHead(kept.trimEnd())
  const checked =
    programPaths.checkedProfiles === null ? noCheckedProfiles : readCheckedProfiles(programPaths.checkedProfiles)
  const catalogue = await loadCatalogue(programPaths.profiles, join(dataFolder(), 'profiles'), checked)
  const read = readSite((await partText(bytes, entries, 'site.yaml')) ?? '', 'site.yaml', catalogue)
  if (!read.ok)
    throw new Error(
      `no record of its time was kept, and its site.yaml can't be read here: ${read.message.split('\n')[0] ?? ''}`,
    )
  return tapeHeadOf({
    site: read.site,
    profiles: { meterProfiles: catalogue.meters, chargerProfiles: catalogue.chargers, mbusProfiles: catalogue.mbus },
    session: randomId(),
    readOnly: null,
    program: programVersion,
  })
}

const put = async (out: WriteStream, line: string): Promise<void> => {
  if (!out.write(`${line}\n`)) await once(out, 'drain')
}

/** Writes stored seconds as turns; answers how many lines they are. */
const writeThinned = async (
  out: WriteStream,
  recording: Recording,
  head: TapeHead,
  range: TimeRange,
): Promise<number> => {
  const known = new Set(head.site.meters.map(({ id }) => id))
  const meters = new Map(
    recording.entries.flatMap(({ name }) => {
      const meterId = readingsName.exec(name)?.[1]
      return meterId === undefined || !known.has(meterId) ? [] : [[meterId, readingsOf(recording, name)] as const]
    }),
  )
  let lines = 0
  for await (const line of thinnedLines({ head, meters, range })) {
    await put(out, line)
    lines += 1
  }
  return lines
}

const rangeOf = async ({ bytes, entries }: Recording): Promise<TimeRange | null> => {
  const { manifest } = await readManifest(bytes, entries)
  if (manifest === null) return null
  const [fromMs, toMs] = [Date.parse(manifest.range.from), Date.parse(manifest.range.to)]
  return fromMs < toMs ? { fromMs, toMs } : null
}

const opened = async (path: string, isThinned: boolean): Promise<PlayableRecord> => {
  const text = textOfFile(path, (await stat(path)).size)
  return { text, index: await indexTape(text, () => undefined, isThinned) }
}

const thinned = async (recording: Recording, range: TimeRange, path: string): Promise<PlayableRecord> => {
  const head = await headOf(recording)
  const out = createWriteStream(path, { mode: 0o600 })
  await put(out, JSON.stringify(head))
  const lines = await writeThinned(out, recording, head, range)
  out.end()
  await once(out, 'close')
  if (lines === 0)
    throw new Error('no record of its time was kept, and it holds no readings: nothing of it can be shown')
  return opened(path, true)
}

/** A record with what is missing before it; null: nothing is stored of that. */
const completed = async (
  recording: Recording,
  { index }: PlayableRecord,
  range: TimeRange,
  path: string,
): Promise<PlayableRecord | null> => {
  const out = createWriteStream(path, { mode: 0o600 })
  await put(out, JSON.stringify(index.head))
  const lines = await writeThinned(out, recording, index.head, { ...range, toMs: index.fromMs - ownSecondMs })
  if (lines > 0) {
    await put(out, anewLine)
    let number = 0
    for await (const line of createInterface({ input: createReadStream(recording.recordPath), crlfDelay: Infinity }))
      if ((number += 1) > 1) await put(out, line)
  }
  out.end()
  await once(out, 'close')
  return lines === 0 ? null : opened(path, false)
}

/**
 * The record of a recording as it can be played. A snapshot of a time whose record was not kept, or whose record begins later, gets one
 * made of its readings for that: one value of each meter a second or step, which says of itself what it is.
 */
export const playableRecord = async (recording: Recording, scratch: Scratch): Promise<PlayableRecord> => {
  const path = scratch.path('thinned.ndjson')
  if (recording.kind === 'record') return opened(recording.recordPath, false)
  const range = await rangeOf(recording)
  if (recording.recordBytes === 0) {
    if (range === null)
      throw new Error('its manifest is missing or was changed, and it holds no record: nothing of it can be shown')
    return thinned(recording, range, path)
  }
  const whole = await opened(recording.recordPath, false)
  if (range === null || whole.index.fromMs - range.fromMs < missingMs) return whole
  return (await completed(recording, whole, range, path)) ?? whole
}

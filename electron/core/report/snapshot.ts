import type { Live } from '../../../shared/api/live-contract.ts'
import type { Overview } from '../../../shared/api/site-contract.ts'
import type { Health } from '../../../shared/model/health.ts'
import type { Archive, Recorder, TimeRange } from '../ports.ts'
import { readPages } from './read-pages.ts'
import { readingsCsv } from './readings-csv.ts'
import { redact, redactPatterns } from '../../../shared/site/redact.ts'
import { snapshotReadme } from './snapshot-readme.ts'
import { own } from '../../../shared/own.ts'
import { auditTable, eventTable, intervalTable } from './snapshot-tables.ts'

export const snapshotSchemaVersion = 1

/** All readings of a snapshot together, characters of CSV before compression: more would not pass to the screen in one piece. */
const readingsBudget = 96 * 1024 * 1024
/** The same as the contract's largest page. */
const mostRows = 5000

export interface SnapshotParts {
  readonly recorder: Recorder
  readonly archive: Archive
  readonly overview: Overview
  readonly health: Health
  readonly live: Live
  readonly range: TimeRange
  readonly who: string
  readonly note: string
  /** The site file as it was read; secrets are taken out here. */
  readonly siteText: string
  /** Comments of the site file stay in it, as far as no secret seems to be in them. */
  readonly keepComments?: boolean
  readonly nowMs: number
  readonly readingsBudget?: number
  /** Frames of each line in the range, as captures and as text, by file name. */
  readonly frames?: Readonly<Record<string, Uint8Array>>
}

export interface SnapshotFile {
  readonly name: string
  readonly bytes: number
  readonly sha256: string
}
export interface Snapshot {
  readonly fileName: string
  readonly bytes: Uint8Array
  readonly sha256: string
  readonly files: readonly SnapshotFile[]
}

const places = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`

/** What was taken out of the site file, as its first line; nothing where nothing was. */
const redactionText = ({ count, comments }: { readonly count: number; readonly comments: number }): string => {
  const left = [
    ...(count === 0 ? [] : [`${places(count, 'place')} that looked like a secret redacted`]),
    ...(comments === 0 ? [] : [`${places(comments, 'comment')} left out`]),
  ]
  return left.length === 0 ? '' : `# By Tripscope for this snapshot: ${left.join(', ')}.\n`
}

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`

/** Everything about a stretch of time in one zip. What cannot be read is left out and said in the remarks; nothing fails for it. */
export const buildSnapshot = async (parts: SnapshotParts): Promise<Snapshot> => {
  const { recorder, archive, overview, range, nowMs } = parts
  const remarks: string[] = []
  const attempt = async <T extends { readonly atMs: number }>(
    what: string,
    read: (range: TimeRange, limit: number) => Promise<readonly T[]>,
    within: TimeRange = range,
    limit = mostRows,
  ): Promise<readonly T[]> => {
    try {
      const rows = await readPages(read, within, limit)
      if (limit < mostRows) return rows
      if (rows.length >= mostRows) remarks.push(`${what}: only the newest ${mostRows} are in it`)
      return rows
    } catch (error) {
      remarks.push(`${what} could not be read: ${error instanceof Error ? error.message : String(error)}`)
      return []
    }
  }
  const texts: Record<string, string> = {}

  const budget = (parts.readingsBudget ?? readingsBudget) / Math.max(1, overview.meters.length)
  for (const meter of overview.meters) {
    const name = `readings/${meter.id}.csv`
    try {
      const file = await readingsCsv(recorder, archive.csv, meter.id, Object.keys(meter.quantities), range, budget)
      texts[name] = file.text
      if (file.rows === 0) remarks.push(`${name} is empty: nothing of ${meter.name} was recorded in this time`)
      if (file.cut)
        remarks.push(
          `${name} begins at ${new Date(file.sinceMs).toISOString()}: the file would have become too large; export a shorter time for the rest`,
        )
    } catch (error) {
      remarks.push(`${name} could not be read: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  const intervals: Awaited<ReturnType<Recorder['intervals']>>[number][] = []
  for (const meter of overview.meters) {
    for (const length of [60, 900] as const) {
      // An interval that ends inside the range belongs to it.
      const from = { fromMs: range.fromMs - length * 1000 + 1, toMs: range.toMs }
      try {
        intervals.push(...(await recorder.intervals(meter.id, length, from)))
      } catch (error) {
        remarks.push(
          `intervals of ${meter.name} could not be read: ${error instanceof Error ? error.message : String(error)}`,
        )
      }
    }
  }
  const events = await attempt('events', recorder.events)
  const decisions = await attempt('decisions', recorder.decisions)
  const writes = await attempt('writes', recorder.writes)
  const audit = await attempt('audit rows', recorder.audit)
  const head =
    (await attempt('the audit head', recorder.audit, { fromMs: 0, toMs: nowMs + 86_400_000 }, 1)).at(-1) ?? null

  texts['intervals.csv'] = archive.csv(intervalTable(intervals))
  texts['events.csv'] = redactPatterns(archive.csv(eventTable(events))).text
  texts['events.json'] = redactPatterns(json(events)).text
  texts['decisions.json'] = json(decisions)
  texts['writes.json'] = json(writes)
  texts['overrides.json'] = json(parts.live.control.overrides)
  texts['audit.csv'] = archive.csv(auditTable(audit))
  texts['findings.json'] = json({ active: parts.live.findings, notAssessed: parts.live.notAssessed })
  // Addresses and faults repeat what the site file says of a line.
  texts['health.json'] = redactPatterns(json(parts.health)).text
  texts['meters.json'] = json({ meters: overview.meters, chargers: overview.chargers, warnings: overview.warnings })
  const site = redact(parts.siteText, { keepComments: parts.keepComments === true })
  texts['site.yaml'] = `${redactionText(site)}${site.text}`
  texts['README.txt'] = snapshotReadme({
    siteName: overview.site.name,
    ...range,
    createdMs: nowMs,
    who: parts.who,
    note: parts.note,
    version: overview.version,
    redactions: site.count,
    comments: site.comments,
    remarks,
  })

  const contents: Record<string, Uint8Array> = {}
  const files: SnapshotFile[] = []
  const frames = parts.frames ?? {}
  for (const name of [...Object.keys(texts), ...Object.keys(frames)].sort()) {
    const bytes = own(frames, name) ?? archive.utf8(own(texts, name) ?? '')
    contents[name] = bytes
    files.push({ name, bytes: bytes.length, sha256: await archive.sha256(bytes) })
  }
  const utc = (atMs: number) => new Date(atMs).toISOString()
  const manifest = archive.utf8(
    json({
      schema: 'tripscope-snapshot',
      schemaVersion: snapshotSchemaVersion,
      tripscope: overview.version,
      site: { id: overview.site.id, name: overview.site.name, timezone: overview.site.timezone },
      createdAt: utc(nowMs),
      createdBy: parts.who,
      note: parts.note,
      range: { from: utc(range.fromMs), to: utc(range.toMs) },
      measurement: 'polled RMS values; not waveforms, not IEC 61000-4-30 events',
      auditChainHead: head === null ? null : { seq: head.seq, at: utc(head.atMs), hash: head.hash },
      redactions: site.count,
      remarks,
      files,
    }),
  )
  const bytes = await archive.zip({ 'manifest.json': manifest, ...contents })
  const stamp = utc(nowMs).slice(0, 19).replaceAll(':', '').replace('T', '-')
  return {
    fileName: `tripscope-${overview.site.id}-${stamp}Z.zip`,
    bytes,
    sha256: await archive.sha256(bytes),
    files: [{ name: 'manifest.json', bytes: manifest.length, sha256: await archive.sha256(manifest) }, ...files],
  }
}

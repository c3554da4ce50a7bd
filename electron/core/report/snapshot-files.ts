import type { InnerFile } from '../../../shared/api/transfer-contract.ts'
import { redact, redactPatterns } from '../../../shared/site/redact.ts'
import type { Recorder, TimeRange } from '../record/recorder.ts'
import type { Progress } from '../transfer/file-offer.ts'
import { lineFile, textFile, textRows, type LazyFile } from './lazy-file.ts'
import { readPages } from './read-pages.ts'
import { reportFiles } from './report-files.ts'
import { signedAudit } from './signed-audit.ts'
import { snapshotReadings } from './snapshot-readings.ts'
import { snapshotReadme } from './snapshot-readme.ts'
import { auditTable, eventTable, intervalTable } from './snapshot-tables.ts'
import type { SnapshotParts } from './snapshot-parts.ts'
import { snapshotSchemaVersion } from './snapshot-version.ts'

/** All readings of a snapshot together, characters of CSV before compression: a zip of some hundred MB (editable assumption). */
const readingsBudget = 2 ** 31
/** The same as the contract's largest page. */
const mostRows = 5000

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

const utc = (atMs: number) => new Date(atMs).toISOString()
const whyOf = (error: unknown) => (error instanceof Error ? error.message : String(error))

/** Rows of the record; what cannot be read is said in the remarks. */
const rowsOf =
  (range: TimeRange, remarks: string[]) =>
  async <T extends { readonly atMs: number }>(
    what: string,
    read: (range: TimeRange, limit: number) => Promise<readonly T[]>,
    within: TimeRange = range,
    limit = mostRows,
  ): Promise<readonly T[]> => {
    try {
      const rows = await readPages(read, within, limit)
      if (limit === mostRows && rows.length >= mostRows) remarks.push(`${what}: only the newest ${mostRows} are in it`)
      return rows
    } catch (error) {
      remarks.push(`${what} could not be read: ${whyOf(error)}`)
      return []
    }
  }

const intervalsOf = async ({ recorder, overview, range }: SnapshotParts, remarks: string[]) => {
  const intervals: Awaited<ReturnType<Recorder['intervals']>>[number][] = []
  const read = async ({ id, name }: { readonly id: string; readonly name: string }, length: 60 | 900) => {
    try {
      // An interval that ends inside the range belongs to it.
      const from = { fromMs: range.fromMs - length * 1000 + 1, toMs: range.toMs }
      intervals.push(...(await recorder.intervals(id, length, from)))
    } catch (error) {
      remarks.push(`intervals of ${name} could not be read: ${whyOf(error)}`)
    }
  }
  for (const meter of overview.meters) for (const length of [60, 900] as const) await read(meter, length)
  // Of chargers only quarters of an hour are kept.
  for (const charger of overview.chargers) await read(charger, 900)
  return intervals
}

/** The files of a snapshot in the order in which they are made; the manifest last, because it states all others. */
export async function* snapshotFiles(
  parts: SnapshotParts,
  made: readonly InnerFile[],
  tell: (progress: Progress) => void,
): AsyncGenerator<LazyFile, void> {
  const { recorder, archive, overview, range, nowMs, live, signer = null } = parts
  const remarks: string[] = [...(parts.remarks ?? [])]
  const rows = rowsOf(range, remarks)
  const text = (name: string, content: string) => textFile(name, archive, () => content)

  // What a file is of no use without comes first: one that is cut is cut at its end.
  const site = redact(parts.siteText, { keepComments: parts.keepComments === true })
  yield text('site.yaml', `${redactionText(site)}${site.text}`)
  tell({ text: 'what entered the site, and what was said on the lines', share: null })
  yield* parts.more ?? []
  tell({ text: 'events, decisions and intervals', share: null })
  const intervals = await intervalsOf(parts, remarks)
  yield text('intervals.csv', archive.csv(intervalTable(intervals)))
  yield lineFile('intervals.ndjson', archive, intervals)
  const events = await rows('events', recorder.events)
  yield text('events.csv', redactPatterns(archive.csv(eventTable(events))).text)
  yield text('events.json', redactPatterns(json(events)).text)
  yield text('decisions.json', json(await rows('decisions', recorder.decisions)))
  yield text('writes.json', json(await rows('writes', recorder.writes)))
  yield text('overrides.json', json(live.control.overrides))
  const audit = await rows('audit rows', recorder.audit)
  yield text('audit.csv', archive.csv(auditTable(audit)))
  const ever = { fromMs: 0, toMs: nowMs + 86_400_000 }
  const head = (await rows('the audit head', recorder.audit, ever, 1)).at(-1) ?? null
  yield text('audit.json', json(signedAudit(audit, head, signer)))
  yield text('findings.json', json({ active: live.findings, notAssessed: live.notAssessed }))
  // Addresses and faults repeat what the site file says of a line.
  yield text('health.json', redactPatterns(json(parts.health)).text)
  yield text('meters.json', json({ meters: overview.meters, chargers: overview.chargers, warnings: overview.warnings }))
  yield textRows('health.ndjson', archive, [], parts.healthLines ?? [], (line) => redactPatterns(line).text)
  tell({ text: 'incidents, power quality and captures', share: null })
  if (parts.views !== undefined) yield* parts.views(remarks)
  yield* snapshotReadings({
    ...{ recorder, archive, range, remarks, tell },
    meters: overview.meters,
    budget: parts.readingsBudget ?? readingsBudget,
  })
  yield* reportFiles(parts, events, remarks)
  yield text(
    'README.txt',
    snapshotReadme({
      siteName: overview.site.name,
      ...range,
      createdMs: nowMs,
      who: parts.who,
      note: parts.note,
      version: overview.version,
      redactions: site.count,
      comments: site.comments,
      remarks,
    }),
  )
  yield textFile('manifest.json', archive, () =>
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
      anonymous: parts.isAnonymous === true,
      publicKey: signer?.publicKey ?? null,
      remarks,
      files: made.toSorted((one, other) => (one.name < other.name ? -1 : 1)),
    }),
  )
}

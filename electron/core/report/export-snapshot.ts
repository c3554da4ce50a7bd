import type { Live } from '../../../shared/api/live-contract.ts'
import type { Overview } from '../../../shared/api/site-contract.ts'
import type { Finding } from '../../../shared/model/finding.ts'
import type { Health } from '../../../shared/model/health.ts'
import type { DrawPdf } from '../acceptance/protocol.ts'
import type { Archive, Signer } from '../archive-port.ts'
import type { Clock, Log } from '../ports.ts'
import type { Recorder, TimeRange } from '../record/recorder.ts'
import type { InnerFile } from '../../../shared/api/transfer-contract.ts'
import type { FileOffer } from '../transfer/file-offer.ts'
import { anonymiser } from './anonymise.ts'
import type { LazyFile } from './lazy-file.ts'
import { makeSnapshot, snapshotName } from './snapshot.ts'
import type { ViewWish } from './views/view-files.ts'

/** Rows of the audit that are looked through for names of persons. */
const mostPersons = 5000

export interface ExportParts {
  readonly recorder: Recorder
  readonly archive: Archive
  readonly clock: Clock
  readonly log: Log
  readonly siteText: string
  readonly overview: Overview
  readonly health: Health
  readonly live: Live
  readonly findings: readonly Finding[]
  /** More files of a range, e.g. what was said on the lines; made with this archive. */
  readonly filesOf?: (range: TimeRange, archive: Archive) => readonly LazyFile[]
  /** What views need beside record and tables (views/view-files.ts). */
  readonly viewsOf?: (wish: ViewWish) => AsyncIterable<LazyFile>
  /** Persons named in what views need: in notes of incidents, changed rules. */
  readonly personsOf?: (range: TimeRange) => Promise<readonly string[]>
  readonly healthLines?: (fromMs: number, toMs: number) => readonly string[]
  readonly signer?: Signer
  readonly drawPdf?: DrawPdf
  /** What the reader should know beforehand. */
  readonly remarks?: readonly string[]
}

export interface ExportWish {
  readonly range: TimeRange
  readonly who: string
  readonly note: string
  readonly comments: boolean
  /** Names, hosts and persons are replaced by numbered ones. */
  readonly isAnonymous: boolean
}

/** All text of a snapshot goes through `utf8` of its archive: that is where names are taken out. */
const withoutNames = (parts: ExportParts, who: string, persons: readonly string[]) => {
  const words = anonymiser(parts.overview.site, [who, ...persons])
  const archive: Archive = { ...parts.archive, utf8: (text) => parts.archive.utf8(words.text(text)) }
  const remarks = [
    'names, hosts and persons were replaced by numbered ones when this was made; ids stayed',
    ...(words.kept.length === 0
      ? []
      : [
          `some names are too short, or plain words in lower case, and were not replaced: ${String(words.kept.length)}`,
        ]),
  ]
  return { archive, remarks, text: words.text }
}

const persons = async ({ recorder, live, personsOf }: ExportParts, range: TimeRange): Promise<readonly string[]> => {
  const rows = await recorder.audit({ fromMs: 0, toMs: range.toMs }, mostPersons)
  const named = (await personsOf?.(range)) ?? []
  return [...new Set([...rows.map(({ who }) => who), ...live.control.overrides.map(({ who }) => who), ...named])]
}

async function* none(): AsyncGenerator<LazyFile> {
  // A host without such parts.
}

/** A stretch of time as a file for a person. Who took it and its hash go into the audit once it is whole. */
export const snapshotOffer = (parts: ExportParts, input: ExportWish): FileOffer => {
  const nowMs = parts.clock.nowMs()
  const { range } = input
  const fileName = snapshotName(parts.overview, nowMs)
  let files: () => readonly InnerFile[] = () => []
  return {
    fileName,
    mediaType: 'application/vnd.tripscope.snapshot+zip',
    content: async function* (tell) {
      const made = input.isAnonymous
        ? withoutNames(parts, input.who, await persons(parts, range))
        : { archive: parts.archive, remarks: [] as readonly string[], text: (text: string) => text }
      const snapshot = makeSnapshot({
        ...parts,
        archive: made.archive,
        withoutNames: made.text,
        remarks: [...(parts.remarks ?? []), ...made.remarks],
        more: parts.filesOf?.(range, made.archive) ?? [],
        views: (remarks) =>
          parts.viewsOf?.({ range, archive: made.archive, remarks, isAnonymous: input.isAnonymous }) ?? none(),
        healthLines: parts.healthLines?.(range.fromMs, range.toMs) ?? [],
        range,
        isAnonymous: input.isAnonymous,
        who: input.who,
        note: input.note,
        keepComments: input.comments && !input.isAnonymous,
        nowMs,
      })
      files = snapshot.files
      yield* snapshot.content(tell)
    },
    whole: async ({ size, sha256 }) => {
      await parts.recorder
        .appendAudit({
          atMs: nowMs,
          who: input.who,
          action: 'snapshot-exported',
          subject: fileName,
          detail: { fromMs: range.fromMs, toMs: range.toMs, note: input.note, sha256, bytes: size },
        })
        .catch((error: unknown) =>
          parts.log.error('the snapshot was made, but its audit row could not be stored', { error: String(error) }),
        )
      return files()
    },
  }
}

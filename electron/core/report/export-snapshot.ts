import type { Live } from '../../../shared/api/live-contract.ts'
import type { Overview } from '../../../shared/api/site-contract.ts'
import type { Finding } from '../../../shared/model/finding.ts'
import type { Health } from '../../../shared/model/health.ts'
import type { Archive, Clock, Log, Recorder } from '../ports.ts'
import type { FileOffer } from '../transfer/file-offer.ts'
import type { LazyFile } from './lazy-file.ts'
import { makeSnapshot } from './snapshot.ts'

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
  /** More files of a range, e.g. what was said on the lines. */
  readonly filesOf?: (fromMs: number, toMs: number) => readonly LazyFile[]
}

/** The last `minutes` as a zip for a person. Who took it and its hash go into the audit once it is whole. */
export const snapshotOffer = (
  parts: ExportParts,
  input: { readonly minutes: number; readonly who: string; readonly note: string; readonly comments: boolean },
): FileOffer => {
  const nowMs = parts.clock.nowMs()
  const fromMs = nowMs - input.minutes * 60_000
  const snapshot = makeSnapshot({
    ...parts,
    more: parts.filesOf?.(fromMs, nowMs) ?? [],
    range: { fromMs, toMs: nowMs },
    who: input.who,
    note: input.note,
    keepComments: input.comments,
    nowMs,
  })
  return {
    fileName: snapshot.fileName,
    mediaType: 'application/zip',
    content: snapshot.content,
    whole: async ({ size, sha256 }) => {
      await parts.recorder
        .appendAudit({
          atMs: nowMs,
          who: input.who,
          action: 'snapshot-exported',
          subject: snapshot.fileName,
          detail: { minutes: input.minutes, note: input.note, sha256, bytes: size },
        })
        .catch((error: unknown) =>
          parts.log.error('the snapshot was made, but its audit row could not be stored', { error: String(error) }),
        )
      return snapshot.files()
    },
  }
}

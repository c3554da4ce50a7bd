import type { Live } from '../../../shared/api/live-contract.ts'
import type { Overview } from '../../../shared/api/site-contract.ts'
import type { Finding } from '../../../shared/model/finding.ts'
import type { Health } from '../../../shared/model/health.ts'
import type { Archive, Clock, Log, Recorder } from '../ports.ts'
import { buildSnapshot, type SnapshotFile } from './snapshot.ts'

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
  readonly framesOf?: (fromMs: number, toMs: number) => Readonly<Record<string, Uint8Array>>
}

/** The last `minutes` as a zip for the screen to save. Who took it and its hash go into the audit. */
export const exportSnapshot = async (
  parts: ExportParts,
  input: { readonly minutes: number; readonly who: string; readonly note: string; readonly comments: boolean },
): Promise<{ fileName: string; sha256: string; base64: string; files: SnapshotFile[] }> => {
  const nowMs = parts.clock.nowMs()
  const fromMs = nowMs - input.minutes * 60_000
  const snapshot = await buildSnapshot({
    ...parts,
    ...(parts.framesOf === undefined ? {} : { frames: parts.framesOf(fromMs, nowMs) }),
    range: { fromMs, toMs: nowMs },
    who: input.who,
    note: input.note,
    keepComments: input.comments,
    nowMs,
  })
  await parts.recorder
    .appendAudit({
      atMs: nowMs,
      who: input.who,
      action: 'snapshot-exported',
      subject: snapshot.fileName,
      detail: { minutes: input.minutes, note: input.note, sha256: snapshot.sha256, bytes: snapshot.bytes.length },
    })
    .catch((error: unknown) =>
      parts.log.error('the snapshot was made, but its audit row could not be stored', { error: String(error) }),
    )
  return {
    fileName: snapshot.fileName,
    sha256: snapshot.sha256,
    base64: parts.archive.base64(snapshot.bytes),
    files: [...snapshot.files],
  }
}

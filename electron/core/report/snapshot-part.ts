import { refusal } from '../../../shared/said/refusal.ts'
import { longestSnapshotMs, type snapshotContract } from '../../../shared/api/snapshot-contract.ts'
import type { Health } from '../../../shared/model/health.ts'
import type { Part } from '../part.ts'
import type { Stop } from '../ports.ts'
import type { TimeRange } from '../record/recorder.ts'
import type { Transfers } from '../transfer/file-offer.ts'
import { snapshotOffer, type ExportParts } from './export-snapshot.ts'
import { createHealthLog } from './health-log.ts'
import { previewSnapshot } from './preview-snapshot.ts'

type Now = Pick<ExportParts, 'overview' | 'health' | 'live' | 'findings'>
export interface SnapshotPartPorts extends Omit<ExportParts, keyof Now | 'healthLines'> {
  /** What is known now; null before the first image. */
  readonly now: () => Now | null
  readonly transfers: Transfers
  readonly healths: (listener: (health: Health) => void) => Stop
}

interface Wanted {
  readonly minutes?: number | undefined
  readonly range?: TimeRange | undefined
}

/** The stretch that is wanted; refused where it is none, or longer than anything is kept. */
const rangeOf = ({ minutes, range }: Wanted, nowMs: number): TimeRange => {
  if ((minutes === undefined) === (range === undefined)) throw refusal('snapshot-of-when', {})
  const wanted = range ?? { fromMs: nowMs - (minutes ?? 0) * 60_000, toMs: nowMs }
  if (!(wanted.fromMs < wanted.toMs)) throw refusal('range-backwards', {})
  if (wanted.fromMs >= nowMs) throw refusal('snapshot-to-come', {})
  if (wanted.toMs - wanted.fromMs > longestSnapshotMs) throw refusal('snapshot-too-long', {})
  return { fromMs: wanted.fromMs, toMs: Math.min(wanted.toMs, nowMs) }
}

/** Everything about a stretch of time in one file. */
export const createSnapshotPart = (ports: SnapshotPartPorts): Part<typeof snapshotContract> => {
  const log = createHealthLog()
  let unlisten: Stop = () => undefined
  const now = (): Now => {
    const known = ports.now()
    if (known === null) throw refusal('nothing-read-yet', {})
    return known
  }
  return {
    name: 'the snapshot export',
    start: () => {
      unlisten = ports.healths(log.note)
    },
    stop: () => unlisten(),
    handlers: {
      'snapshot.export': (input) => {
        const range = rangeOf(input, ports.clock.nowMs())
        const { who, note, comments, anonymous } = input
        const offer = snapshotOffer(
          { ...ports, ...now(), healthLines: log.lines },
          { range, who, note, comments, isAnonymous: anonymous },
        )
        return { fileName: offer.fileName, ticket: ports.transfers.offer(offer) }
      },
      'snapshot.preview': (input) => previewSnapshot({ ...ports, ...now() }, rangeOf(input, ports.clock.nowMs())),
    },
  }
}

import { Refusal } from '../../../shared/api/define.ts'
import type { snapshotContract } from '../../../shared/api/snapshot-contract.ts'
import type { Part } from '../part.ts'
import { exportSnapshot, type ExportParts } from './export-snapshot.ts'

export interface SnapshotPartPorts extends Omit<ExportParts, 'overview' | 'health' | 'live' | 'findings'> {
  /** What is known now; null before the first image. */
  readonly now: () => Pick<ExportParts, 'overview' | 'health' | 'live' | 'findings'> | null
}

/** Everything about a stretch of time in one file. */
export const createSnapshotPart = (ports: SnapshotPartPorts): Part<typeof snapshotContract> => {
  return {
    name: 'the snapshot export',
    handlers: {
      'snapshot.export': (input) => {
        const now = ports.now()
        if (now === null) throw new Refusal('nothing has been measured yet; try again in a second')
        return exportSnapshot({ ...ports, ...now }, input)
      },
    },
  }
}

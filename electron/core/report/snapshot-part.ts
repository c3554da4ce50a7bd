import { Refusal } from '../../../shared/api/define.ts'
import type { snapshotContract } from '../../../shared/api/snapshot-contract.ts'
import type { Part } from '../part.ts'
import type { Transfers } from '../transfer/file-offer.ts'
import { snapshotOffer, type ExportParts } from './export-snapshot.ts'

type Now = Pick<ExportParts, 'overview' | 'health' | 'live' | 'findings'>
export interface SnapshotPartPorts extends Omit<ExportParts, keyof Now> {
  /** What is known now; null before the first image. */
  readonly now: () => Now | null
  readonly transfers: Transfers
}

/** Everything about a stretch of time in one file. */
export const createSnapshotPart = (ports: SnapshotPartPorts): Part<typeof snapshotContract> => ({
  name: 'the snapshot export',
  handlers: {
    'snapshot.export': (input) => {
      const now = ports.now()
      if (now === null) throw new Refusal('nothing has been measured yet; try again in a second')
      const offer = snapshotOffer({ ...ports, ...now }, input)
      return { fileName: offer.fileName, ticket: ports.transfers.offer(offer) }
    },
  },
})

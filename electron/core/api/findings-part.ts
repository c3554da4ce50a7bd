import type { findingsContract } from '../../../shared/api/findings-contract.ts'
import type { Finding } from '../../../shared/model/finding.ts'
import { refusal } from '../../../shared/said/refusal.ts'
import type { Part } from '../part.ts'

export type AcknowledgeFinding = (input: {
  readonly findingId: string
  readonly who: string
  readonly note: string
}) => Promise<Finding | null>

/** `acknowledge` gives null where the finding is not on the list any more. */
export const createFindingsPart = (acknowledge: AcknowledgeFinding): Part<typeof findingsContract> => {
  return {
    name: 'the list of findings',
    handlers: {
      'finding.acknowledge': async (input) => {
        const finding = await acknowledge(input)
        if (finding === null) throw refusal('finding-gone', {})
        return finding
      },
    },
  }
}

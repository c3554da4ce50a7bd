import type { ScanCandidate } from '../../../shared/api/scan-contract.ts'
import type { RegisterSpace } from '../../../shared/profile/register.ts'
import type { Evidence } from '../../../shared/scan/evidence.ts'
import type { Candidate } from './candidates.ts'

/** A model that what was read speaks for. */
export interface Judged {
  readonly candidate: Candidate
  readonly evidence: Evidence
  readonly confidence: number
  readonly isFlipped: boolean
  /** The device said so itself, in a register made for it. */
  readonly isNamed?: boolean
  /** A meter of the device's own SunSpec chain, with the name the chain gives it. */
  readonly sunSpec?: Pick<ScanCandidate, 'make' | 'model' | 'sunspec'>
}

export const spaceOf = (functionCode: 3 | 4): RegisterSpace => (functionCode === 3 ? 'holding' : 'input')

/** Candidates this near to the best answer alike: the registers cannot tell which it is. */
const alike = { confidence: 0.06, points: 0.75 }

export const isNear = (best: Judged, other: Judged): boolean =>
  other !== best &&
  other.isFlipped === best.isFlipped &&
  other.confidence >= best.confidence - alike.confidence &&
  other.evidence.points >= best.evidence.points * alike.points

/** The likeliest first; what fits only with the other word order comes last. */
export const ranked = (judged: readonly Judged[]): Judged[] =>
  judged.toSorted(
    (left, right) =>
      Number(left.isFlipped) - Number(right.isFlipped) ||
      right.confidence - left.confidence ||
      right.evidence.points - left.evidence.points,
  )

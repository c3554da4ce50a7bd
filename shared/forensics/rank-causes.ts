import type { UsedNumber } from '../model/finding.ts'
import { own } from '../own.ts'
import { causeIds, causes, type CauseId } from './cause.ts'
import type { IncidentEvidence } from './evidence.ts'
import { likelihoods, priors, tempering } from './likelihood-table.ts'
import { unknown, type Sign } from './sign.ts'
import { allSigns } from './signs/all-signs.ts'

/** What one sign says of one cause. `weight`: natural logarithm of the likelihood ratio, from the table. */
export interface Reason {
  readonly sign: string
  readonly says: string
  readonly weight: number
  readonly numbers: readonly UsedNumber[]
}

export interface RankedCause {
  readonly cause: CauseId
  readonly name: string
  /** 0 to 1; all causes together are 1. */
  readonly probability: number
  readonly evidenceFor: readonly Reason[]
  readonly evidenceAgainst: readonly Reason[]
  /** What would decide it and is not known. */
  readonly missing: readonly string[]
  readonly checkNext: readonly string[]
}

/** What is left out of the telling: it would move nothing. */
const leastTold = 0.25

const weightOf = (cause: CauseId, sign: Sign): number => own(own(own(likelihoods, sign.id), sign.state), cause) ?? 0

/** Whether any state of a sign could speak for or against a cause: then its absence is missing to decide. */
const couldDecide = (cause: CauseId, sign: Sign): boolean =>
  Object.values(own(likelihoods, sign.id) ?? {}).some((weights) => Math.abs(own(weights, cause) ?? 0) >= 1)

/** One hypothesis against the signs: what speaks for it, what against, what is missing, what to check. Pure. */
export const weighCause = (
  cause: CauseId,
  signs: readonly Sign[],
): Omit<RankedCause, 'probability'> & { readonly score: number } => {
  const weighed = signs.map((sign) => ({ sign, weight: weightOf(cause, sign) }))
  const reasons = weighed
    .filter(({ sign, weight }) => sign.state !== unknown && Math.abs(weight) >= leastTold)
    .map(({ sign, weight }): Reason => ({ sign: sign.id, says: sign.says, weight, numbers: sign.numbers }))
    .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight))
  return {
    cause,
    name: causes[cause].name,
    score: (own(priors, cause) ?? 0) + weighed.reduce((sum, { weight }) => sum + weight, 0),
    evidenceFor: reasons.filter(({ weight }) => weight > 0),
    evidenceAgainst: reasons.filter(({ weight }) => weight < 0),
    missing: signs.filter((sign) => sign.state === unknown && couldDecide(cause, sign)).map(({ says }) => says),
    checkNext: causes[cause].checkNext,
  }
}

export const readSigns = (evidence: IncidentEvidence): readonly Sign[] => allSigns.map((read) => read(evidence))

/**
 * All causes, likeliest first. Scores are sums of logarithms; the probability is their tempered exponential over all causes, so it
 * speaks of these causes only: what nobody thought of is in none of them.
 */
export const rankCauses = (evidence: IncidentEvidence): readonly RankedCause[] => {
  const signs = readSigns(evidence)
  const weighed = causeIds.map((cause) => weighCause(cause, signs))
  const highest = Math.max(...weighed.map(({ score }) => score))
  const shares = weighed.map(({ score }) => Math.exp(tempering * (score - highest)))
  const total = shares.reduce((sum, share) => sum + share, 0)
  return weighed
    .map(({ score: _score, ...rest }, index) => ({ ...rest, probability: (shares[index] ?? 0) / total }))
    .sort((a, b) => b.probability - a.probability)
}

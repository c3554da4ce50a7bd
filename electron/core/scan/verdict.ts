import { modbusAbilities } from '../../../shared/charger/modbus-abilities.ts'
import type { ScanCandidate, ScanFind } from '../../../shared/api/scan-contract.ts'
import { wordOf } from '../../../shared/scan/evidence.ts'
import { isKeptAlive } from '../may-ask.ts'
import type { Candidate } from './candidates.ts'
import { isNear, ranked, type Judged } from './judged.ts'

export interface Identified {
  readonly verdict: Extract<ScanFind['verdict'], 'identified' | 'ambiguous' | 'unknown'>
  readonly candidates: readonly ScanCandidate[]
  readonly notes: readonly string[]
}

const mostAlternatives = 5

/** Whether all that one model is recognised by stands at the same places in the other: by its registers it can't be told from it. */
const isWithin = (one: Candidate['profile'], other: Candidate['profile']): boolean => {
  // One that says what it is, is told by that.
  if (!('probe' in one) || !('probe' in other) || one.identity !== undefined) return false
  const places = (profile: typeof one) =>
    new Map(Object.entries(profile.quantities).map(([key, { address, type }]) => [key, `${address} ${type}`]))
  const [few, many] = [places(one), places(other)]
  return few.size > 0 && [...few].every(([key, place]) => many.get(key) === place)
}
const nameOf = ({ profile }: Candidate): string =>
  `${profile.make} ${profile.models[0] ?? ''}${profile.models.length > 1 ? ' and similar' : ''}`

/** A profile of a maker's own goes before the device's SunSpec map only where it has more to show: a name, or more that fits. */
const preferSpecific = (ranked: readonly Judged[]): Judged[] => {
  const meters = ranked.filter(({ sunSpec }) => sunSpec !== undefined)
  const [first] = meters
  if (first === undefined) return [...ranked]
  const isStronger = ({ evidence, isFlipped, isNamed }: Judged): boolean =>
    !isFlipped && (isNamed === true || evidence.points > first.evidence.points)
  const specific = ranked.filter((one) => one.sunSpec === undefined)
  return [...specific.filter(isStronger), ...meters, ...specific.filter((one) => !isStronger(one))]
}

const asCandidate = ({ candidate, evidence, confidence, isFlipped, sunSpec }: Judged): ScanCandidate => ({
  kind: candidate.kind,
  profileId: candidate.profile.id,
  make: candidate.profile.make,
  model: candidate.profile.models.join(', '),
  sunspec: null,
  ...sunSpec,
  confidence,
  word: wordOf(confidence),
  evidence: [...evidence.evidence],
  against: [...evidence.against],
  hindrance: isFlipped
    ? `Its registers make sense only with the other word order than this profile's: set "${candidate.profile.wordOrder}" in the device, or use a profile of your own`
    : null,
})

/** Two meters of one chain are two meters, and a SunSpec map beside a maker's own registers is the same meter once more. */
const isAlike = (best: Judged, other: Judged): boolean =>
  other.sunSpec === undefined &&
  best.sunSpec === undefined &&
  (isNear(best, other) || isWithin(best.candidate.profile, other.candidate.profile))

const notesOf = (
  { candidate: { profile } }: Judged,
  same: readonly Judged[],
  more: { readonly notes: readonly string[]; readonly untried: number },
): readonly string[] => {
  const names = same.map(({ candidate }) => nameOf(candidate)).join(', or ')
  return [
    ...(same.length < 2 ? [] : [`${names}: the same registers answer; look at the label`]),
    ...more.notes,
    ...(more.untried > 0 ? [`${more.untried} other models were not asked for, as this one fits`] : []),
    ...('watchdog' in profile && isKeptAlive(modbusAbilities(profile))
      ? ['This charger takes any request as a sign of life: while it was asked, its own fallback was held up']
      : []),
  ]
}

/** What the models that were judged come to. */
export const verdictOf = (
  judged: readonly Judged[],
  more: { readonly notes: readonly string[]; readonly untried: number },
): Identified => {
  // The other word order is a thought for where none of the profiles fits as it is.
  const sound = ranked(judged).filter(({ isFlipped }, _, all) => !isFlipped || all.every((other) => other.isFlipped))
  const [best, ...others] = preferSpecific(sound)
  if (best === undefined) {
    const advice = 'It answers, but no model of the catalogue fits: look at its registers, or add its profile'
    return { verdict: 'unknown', candidates: [], notes: [...more.notes, advice] }
  }
  const near = others.filter((other) => isAlike(best, other))
  const listed = [best, ...near, ...others.filter((other) => !near.includes(other))].slice(0, 1 + mostAlternatives)
  return {
    verdict: near.length === 0 ? 'identified' : 'ambiguous',
    notes: notesOf(best, [best, ...near], more),
    candidates: listed.map(asCandidate),
  }
}

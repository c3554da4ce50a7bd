import { own } from '../own.ts'
import { causes } from './cause.ts'
import type { IncidentEvidence } from './evidence.ts'
import type { RankedCause } from './rank-causes.ts'
import { heatSign } from './signs/heat-signs.ts'
import { inrushSign } from './signs/supply-signs.ts'
import { unknown } from './sign.ts'

/** How the trip stands to the breaker's own thermal curve: said after "Heat, by the currents that were read:". */
export const byCurrentWords = {
  explained: 'explained: outside the band of the curve',
  'inside-band': 'inside the band of the curve: some breakers of this type trip here',
  warm: 'not explained as declared; a warm or full board would explain it',
  'not-explained': 'not explained',
  unknown: 'not known: no thermal curve or too little current was read',
} as const
export type ByCurrent = keyof typeof byCurrentWords

const ofHeat: Readonly<Record<string, ByCurrent>> = {
  expected: 'explained',
  possible: 'inside-band',
  warm: 'warm',
  nearly: 'warm',
  low: 'not-explained',
  [unknown]: 'unknown',
}

export interface Verdict {
  readonly sentence: string
  readonly byCurrent: ByCurrent
  /** likely: at least 60 %; perhaps: the first of several; open: nothing stands out. */
  readonly sureness: 'likely' | 'perhaps' | 'open'
}

/** Below these the headline says how unsure it is. Editable assumptions. */
const likelyFrom = 0.6
const perhapsFrom = 0.3

const share = (probability: number): string => `${(100 * probability).toFixed(0)} %`

/** A name within a sentence: only its first letter goes down, abbreviations (RCD, DC, PEN) stay as they are. */
const within = (name: string): string =>
  /^[A-Z][a-z]/.test(name) ? `${name.charAt(0).toLowerCase()}${name.slice(1)}` : name

/** What the likeliest cause comes to; where samples or registers show the inrush, the sentence says so. */
const causeSentence = (cause: RankedCause['cause'], evidence: IncidentEvidence): string => {
  if (cause !== 'magnetic-inrush') return causes[cause].verdict
  const { state } = inrushSign(evidence)
  if (state === 'seen') return 'the magnetic part opened on an inrush that was seen here'
  if (state === 'above' && evidence.inrush.surge)
    return `the magnetic part opened on an inrush that the samples at ${evidence.inrush.surge.circuitName} show`
  return causes[cause].verdict
}

/** One sentence, and never more certain than the ranking. */
export const verdictOf = (evidence: IncidentEvidence, ranked: readonly RankedCause[]): Verdict => {
  const byCurrent = own(ofHeat, heatSign(evidence).state) ?? 'unknown'
  const [first, second] = ranked
  if (first === undefined) return { sentence: 'Nothing can be said', byCurrent, sureness: 'open' }
  const where = evidence.circuit === null ? '' : `${evidence.circuit.name}: `
  const verdict = causeSentence(first.cause, evidence)
  if (first.probability >= likelyFrom)
    return { sentence: `${where}${verdict} (${share(first.probability)}).`, byCurrent, sureness: 'likely' }
  const other = second === undefined ? '' : `, or ${within(second.name)} (${share(second.probability)})`
  if (first.probability >= perhapsFrom)
    return {
      sentence: `${where}perhaps ${within(first.name)} (${share(first.probability)})${other}.`,
      byCurrent,
      sureness: 'perhaps',
    }
  return {
    sentence: `${where}nothing stands out: ${within(first.name)} (${share(first.probability)})${other}.`,
    byCurrent,
    sureness: 'open',
  }
}

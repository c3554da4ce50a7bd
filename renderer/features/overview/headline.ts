import type { Live } from '../../../shared/api/live-contract.ts'
import type { Finding } from '../../../shared/model/finding.ts'
import type { Image } from '../../../shared/model/image.ts'
import type { Quality } from '../../../shared/model/sample.ts'
import { plural } from '../../format/number.ts'
import { qualityText } from '../../format/quality.ts'
import { isTrip } from '../../ui/detector-words.ts'
import { nearestToLimit, type Nearest } from './nearest.ts'

/** The answer first: what has tripped; else what is nearest to tripping; else that nothing is known, and why. */
export type Headline =
  | { readonly kind: 'tripped'; readonly findings: readonly Finding[] }
  | { readonly kind: 'nearest'; readonly nearest: Nearest }
  | { readonly kind: 'nothing-known'; readonly why: string }

/** How many circuits have a current now, of those a meter or their chargers could tell. */
export const measuredNow = (image: Image): { readonly known: number; readonly all: number } => {
  const measurable = Object.values(image.circuits).filter(({ source }) => source !== 'none')
  const known = measurable.filter(({ phases }) => Object.values(phases).some(({ currentA }) => currentA.value !== null))
  return { known: known.length, all: measurable.length }
}

const whyNothing = (image: Image): string => {
  const qualities = Object.values(image.circuits)
    .filter(({ source }) => source !== 'none')
    .flatMap(({ phases }) => Object.values(phases).slice(0, 1))
    .map(({ currentA }) => currentA.quality)
  if (qualities.length === 0) return 'the site file names no meter of a circuit.'
  const counts = new Map<Quality, number>()
  for (const quality of qualities) counts.set(quality, (counts.get(quality) ?? 0) + 1)
  return [...counts]
    .sort(([, one], [, other]) => other - one)
    .map(([quality, count]) => `${plural(count, 'circuit')}: ${qualityText(quality).long.replace(/\.$/, '')}`)
    .join('; ')
    .concat('.')
}

export const headlineOf = ({ image, findings }: Live): Headline => {
  const tripped = findings.filter(isTrip)
  if (tripped.length > 0) return { kind: 'tripped', findings: tripped }
  const nearest = nearestToLimit(image)
  return nearest === null ? { kind: 'nothing-known', why: whyNothing(image) } : { kind: 'nearest', nearest }
}

/** What the view says of itself: "measured now" only where something is. */
export const aboutText = (image: Image): string => {
  const { known, all } = measuredNow(image)
  if (known === 0) return 'Nothing is measured now'
  const what = known === all ? 'Measured now' : `${known} of ${plural(all, 'circuit')} measured now`
  return `${what}; limits as read back from the chargers`
}

import type { PowerEvent, PowerEventMember } from '../../../shared/api/quality-contract.ts'
import { formatNumber } from '../../format/number.ts'

/** Sentences about power quality, one function for each thing that is said. */

const seconds = (ms: number): string => (ms < 1000 ? `${formatNumber(ms, 0)} ms` : `${formatNumber(ms / 1000, 2)} s`)

/** "300 ms", or the two bounds of what polls saw. */
export const durationWords = ({ isBound, atLeastMs, atMostMs, toMs, isCut }: PowerEventMember): string => {
  if (isCut) return 'end not seen, samples are missing'
  if (!isBound) return toMs === null || atLeastMs === null ? 'goes on' : seconds(atLeastMs)
  const least = atLeastMs === null ? 'duration not known' : `at least ${seconds(atLeastMs)}`
  return atMostMs === null ? least : `${least}, at most ${seconds(atMostMs)}`
}

/** "138.0 V (60.0 %)"; of polls with what that bounds. */
export const depthWords = (
  { extremeV, extremePercent, isBound, kind, truth }: PowerEventMember,
  isOver: boolean,
): string => {
  if (extremeV === null || extremePercent === null) return 'depth not known'
  const value = `${formatNumber(extremeV, 1)} V (${formatNumber(extremePercent, 1)} %)`
  if (!isBound) return value
  const reading = truth === 'polled RMS' || kind === 'excursion' ? `${isOver ? 'highest' : 'lowest'} reading ` : ''
  return `${reading}${value}, true ${isOver ? 'maximum may be higher' : 'minimum may be lower'}`
}

/** The same in the list, where there is room for a bound and not for its reason. */
export const shortDepthWords = (member: PowerEventMember, isOver: boolean): string => {
  const { extremeV, extremePercent, isBound } = member
  if (!isBound || extremeV === null || extremePercent === null) return depthWords(member, isOver)
  return `${isOver ? 'at least' : 'at most'} ${formatNumber(extremeV, 1)} V (${formatNumber(extremePercent, 1)} %)`
}
export const shortDurationWords = (member: PowerEventMember): string => {
  const { isBound, isCut, atLeastMs, atMostMs } = member
  if (isCut) return 'end not seen'
  if (!isBound || atLeastMs === null || atMostMs === null) return durationWords(member)
  return `${seconds(atLeastMs)} to ${seconds(atMostMs)}`
}

export const kindWords: Readonly<Record<PowerEvent['kind'], string>> = {
  dip: 'dip',
  swell: 'swell',
  interruption: 'interruption',
  excursion: 'voltage excursion',
}

export const iticWords = { inside: 'inside', below: 'below: may stop', above: 'above: damage possible' } as const

export const semiWords = (must: boolean | null): string =>
  must === null ? 'not in scope' : must ? 'must ride through' : 'may trip'

export const sideWords = { upstream: 'upstream', downstream: 'downstream', unknown: 'side not known' } as const

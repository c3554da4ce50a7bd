import type { IncidentEvidence, PoleEvidence } from '../evidence.ts'
import { amperes, greatest, percent, seconds, unknown, used, type ReadSign } from '../sign.ts'

/** The pole nearest to its thermal trip: the most used one, of those that fell where any did. */
export const hottestPole = ({ poles }: IncidentEvidence): PoleEvidence | null => {
  const fallen = poles.filter(({ fell }) => fell)
  return (fallen.length > 0 ? fallen : poles).reduce<PoleEvidence | null>(
    (best, pole) => ((pole.warmPercent ?? pole.peakA ?? -1) > (best?.warmPercent ?? best?.peakA ?? -1) ? pole : best),
    null,
  )
}

/** How much less than its rating a breaker in a warm board carries is itself not known better than this. Editable assumption. */
const nearlyPercent = 85

/** Where the measured heat stands in the band of the breaker's own curve (electrical.md 4.5). */
export const heatSign: ReadSign = (evidence) => {
  const id = 'heat'
  const pole = hottestPole(evidence)
  const rating = evidence.circuit?.ratingA ?? null
  if (rating === null || pole === null || pole.earlyPercent === null) {
    const why =
      rating === null
        ? 'the site file names no breaker with a thermal curve here'
        : 'too little current was read before'
    return { id, state: unknown, says: `thermal margin: ${why}`, numbers: [] }
  }
  const { earlyPercent: early, latePercent: late, warmPercent: warm, phase } = pole
  const numbers = [
    ...used(`early bound ${phase}`, early, '%'),
    ...used(`late bound ${phase}`, late, '%'),
    ...used(`early bound ${phase} with 15 % less rating`, warm, '%'),
  ]
  const tell = (state: string, words: string) => ({
    id,
    state,
    says: `${phase}: ${percent(early)} of the thermal margin used on the early bound, ${late === null ? '?' : percent(late)} on the late one: ${words}`,
    numbers,
  })
  if ((late ?? 0) >= 97) return tell('expected', 'even a slow breaker of this type trips')
  if (early >= 97) return tell('possible', 'a fast breaker of this type may trip')
  if ((warm ?? 0) >= 97)
    return tell(
      'warm',
      `no trip expected as declared, but ${percent(warm ?? 0)} with 15 % less rating, as in a warm or full board`,
    )
  if ((warm ?? 0) >= nearlyPercent)
    return tell(
      'nearly',
      `no trip expected as declared; ${percent(warm ?? 0)} with 15 % less rating, so that a board only a little warmer than most explains it`,
    )
  return tell('low', 'heat does not explain it')
}

/** How the load stood to the rating: a few seconds of a lot, or hours of nearly all of it. */
export const loadSign: ReadSign = (evidence) => {
  const id = 'load'
  const rating = evidence.circuit?.ratingA ?? null
  const pole = hottestPole(evidence)
  const level = pole === null ? null : greatest([pole.rms10minA, pole.beforeA])
  if (rating === null || pole === null || level === null)
    return { id, state: unknown, says: 'load against the rating: rating or current is not known', numbers: [] }
  const multiple = level / rating
  const peak = (pole.peakA ?? level) / rating
  const numbers = [
    ...used(`${pole.phase} over ten minutes`, pole.rms10minA, 'A'),
    ...used(`${pole.phase} highest of two minutes`, pole.peakA, 'A'),
    ...used('rating', rating, 'A'),
    ...used('above rating', pole.aboveRatingS, 's'),
  ]
  const says = `${pole.phase} carried ${amperes(level)} of ${amperes(rating)} (highest ${amperes(pole.peakA ?? level)}${pole.aboveRatingS === null || pole.aboveRatingS <= 0 ? '' : `, above its rating for ${seconds(pole.aboveRatingS)}`})`
  const isLong = pole.seen10minS >= 110 && (pole.rms10minA ?? 0) >= 0.8 * level
  if (peak > 1.13) return { id, state: (pole.aboveRatingS ?? 0) > 45 ? 'over-long' : 'over-short', says, numbers }
  if (multiple >= 0.88) return { id, state: isLong ? 'near-long' : 'near-short', says, numbers }
  if (multiple >= 0.6) return { id, state: isLong ? 'middle-long' : 'middle-short', says, numbers }
  return { id, state: 'light', says, numbers }
}

/** What makes a breaker carry less than its rating where it sits. */
export const boardSign: ReadSign = ({ board }) => {
  const { ambientC, groupedWith, loadedNeighbours, neighbours, localHour } = board
  const words = [
    ...(ambientC === null ? [] : [`declared ambient ${String(ambientC)} °C`]),
    ...(groupedWith === null ? [] : [`${String(groupedWith)} loaded neighbours declared`]),
    ...(neighbours === 0
      ? []
      : [`${String(loadedNeighbours)} of ${String(neighbours)} other circuits carried more than half of their limit`]),
    ...(localHour >= 12 && localHour < 20 ? ['in the afternoon'] : []),
  ]
  const numbers = [...used('ambient', ambientC, '°C'), ...used('loaded neighbours', loadedNeighbours, '1')]
  const isWarm = (ambientC ?? 0) >= 35 || (groupedWith ?? 0) >= 2 || loadedNeighbours >= 2
  const id = 'board'
  if (isWarm) return { id, state: 'warm', says: words.join(', '), numbers }
  if (ambientC === null && groupedWith === null && neighbours === 0)
    return {
      id,
      state: unknown,
      says: 'temperature and neighbours of the breaker are neither declared nor measured',
      numbers,
    }
  return { id, state: 'cool', says: words.length === 0 ? 'nothing speaks for a warm board' : words.join(', '), numbers }
}

/** Rating and settings against what the circuit is allowed to draw. */
export const settingSign: ReadSign = ({ circuit, earlier, poles }) => {
  const id = 'setting'
  if (circuit === null || circuit.ratingA === null)
    return { id, state: unknown, says: 'rating of the breaker: not in the site file', numbers: [] }
  const { ratingA, declaredLimitA, largestChargerA, settingDiffers, isSetLower } = circuit
  const numbers = [
    ...used('rating', ratingA, 'A'),
    ...used('declared limit', declaredLimitA, 'A'),
    ...used('largest charger', largestChargerA, 'A'),
  ]
  // Set higher than declared it trips later: worth a finding, and no cause.
  if (settingDiffers !== null)
    return { id, state: isSetLower === false ? 'higher' : 'differs', says: settingDiffers, numbers }
  const allowed =
    declaredLimitA !== null && declaredLimitA > ratingA
      ? `the site file allows ${amperes(declaredLimitA)} on a breaker of ${amperes(ratingA)}`
      : largestChargerA !== null && largestChargerA > ratingA
        ? `one charger alone may draw ${amperes(largestChargerA)} through a breaker of ${amperes(ratingA)}`
        : null
  const peakA = greatest(poles.map((pole) => pole.peakA))
  if (allowed !== null) {
    // What may flow and did not is worth knowing, and explains nothing.
    const didNot = peakA !== null && peakA < ratingA
    const says = didNot ? `${allowed}, and no more than ${amperes(peakA)} flowed` : allowed
    return { id, state: didNot ? 'allows-more' : 'differs', says, numbers }
  }
  const again = earlier.filter(({ multiple }) => multiple !== null && multiple < 1)
  if (again.length >= 2)
    return { id, state: 'again', says: `it opened ${String(again.length)} times before below its rating`, numbers }
  return { id, state: 'fits', says: `what the site file allows fits the rating of ${amperes(ratingA)}`, numbers }
}

/** A neutral that carries more than the phases, which harmonics of order three do. */
export const neutralSign: ReadSign = ({ neutral, circuit }) => {
  const id = 'neutral'
  const { measuredA, fundamentalA, largestPhaseA, thdPercent } = neutral
  const numbers = [
    ...used('neutral', measuredA, 'A'),
    ...used('fundamental part of the neutral', fundamentalA, 'A'),
    ...used('largest phase', largestPhaseA, 'A'),
    ...used('distortion of current', thdPercent, '%'),
  ]
  const rating = circuit?.effectiveA ?? circuit?.ratingA ?? null
  if (measuredA === null || largestPhaseA === null) {
    const words =
      fundamentalA === null ? '' : `; the phases alone leave ${amperes(fundamentalA)}, fundamental part only`
    return {
      id,
      state: (thdPercent ?? 0) >= 25 && largestPhaseA !== null ? 'distorted' : unknown,
      says: `neutral current: no meter reads it${words}`,
      numbers,
    }
  }
  const says = `the neutral carried ${amperes(measuredA)}, the largest phase ${amperes(largestPhaseA)}${fundamentalA === null ? '' : ` (${amperes(fundamentalA)} follow from unequal phases alone)`}`
  const isMore = measuredA > 1.05 * largestPhaseA && measuredA > 1.2 * (fundamentalA ?? 0)
  const isMuch = rating === null || measuredA >= 0.85 * rating
  return {
    id,
    state: isMore && isMuch ? 'above-phases' : isMore ? 'above-phases-small' : 'below-phases',
    says,
    numbers,
  }
}

import type { SurgeEvidence } from '../evidence.ts'
import { amperes, greatest, list, percent, seconds, unknown, used, type ReadSign, type Sign } from '../sign.ts'

/** Chargers and contactors ride through a dip that leaves more than this (SEMI F47, curve of 0.2 s); less lets go of the load. */
const ridesThrough = 0.7
/** A surge of this many ratings in the moment pulls the voltage down itself. */
const pullsDown = 2

/** A dip that polls can't show and that no surge of this circuit explains; null: none. */
const dipSign = ({ supply, inrush, circuit }: Parameters<ReadSign>[0]): Sign | null => {
  const { sampledDip = null, nominalV } = supply
  if (sampledDip === null || sampledDip.lowestV >= ridesThrough * nominalV) return null
  const surgeA = inrush.surge?.aboveA ?? inrush.sampledA ?? 0
  if (surgeA >= pullsDown * (circuit?.ratingA ?? Infinity)) return null
  const { sourceName, lowestV, lastedS, channels } = sampledDip
  return {
    id: 'supply',
    state: 'dipped',
    says: `samples of ${sourceName} show that the voltage fell to ${lowestV.toFixed(0)} V on ${String(channels)} ${channels === 1 ? 'channel' : 'channels'}${lastedS === null ? '' : ` for ${seconds(lastedS)}`} in that moment, and no surge of this circuit did it`,
    numbers: used('lowest one-cycle RMS', lowestV, 'V'),
  }
}

/** Whether the supply above was still there. */
export const supplySign: ReadSign = (evidence) => {
  const id = 'supply'
  const dip = dipSign(evidence)
  if (dip !== null) return dip
  const { supply } = evidence
  const { isKnown, isGone, beforeV, afterV, belowV } = supply
  const numbers = [
    ...used('above before', beforeV, 'V'),
    ...used('above after', afterV, 'V'),
    ...used('below after', belowV, 'V'),
  ]
  if (!isKnown || afterV === null)
    return { id, state: unknown, says: 'voltage above the circuit: not read at the moment', numbers }
  if (isGone) return { id, state: 'gone', says: `the supply fell to ${afterV.toFixed(0)} V`, numbers }
  const below = belowV === null ? '' : `, below the breaker ${belowV.toFixed(0)} V`
  return { id, state: 'there', says: `the supply above stayed at ${afterV.toFixed(0)} V${below}`, numbers }
}

/** A PEN device or a charger's own window: 207 to 253 V for 5 s at 230 V (electrical.md 4.6). */
export const windowSign: ReadSign = ({ supply }) => {
  const id = 'window'
  const { outsideS, outsideV, insideAgainS, nominalV } = supply
  const numbers = [...used('outside 90 to 110 %', outsideS, 's'), ...used('worst voltage', outsideV, 'V')]
  if (outsideS === null || outsideV === null)
    return outsideS === 0
      ? {
          id,
          state: 'inside',
          says: `the voltage stayed within ${(0.9 * nominalV).toFixed(0)} to ${(1.1 * nominalV).toFixed(0)} V`,
          numbers,
        }
      : { id, state: unknown, says: 'voltage window: no voltage was read before', numbers }
  if (outsideS === 0)
    return {
      id,
      state: 'inside',
      says: `the voltage stayed within ${(0.9 * nominalV).toFixed(0)} to ${(1.1 * nominalV).toFixed(0)} V`,
      numbers,
    }
  const again = insideAgainS === null ? '' : `, back inside ${seconds(insideAgainS)} after`
  return {
    id,
    state: outsideS >= 3.5 ? 'outside' : 'briefly',
    says: `the voltage was ${outsideV.toFixed(0)} V, outside ${(0.9 * nominalV).toFixed(0)} to ${(1.1 * nominalV).toFixed(0)} V, for ${seconds(outsideS)} just before${again}`,
    numbers,
  }
}

/** After a voltage window chargers come back by themselves, about 30 s after the voltage did. */
export const resumeSign: ReadSign = ({ chargers, supply }) => {
  const id = 'resume'
  const again = greatest(chargers.map(({ againAfterS }) => againAfterS))
  if (again === null) return { id, state: unknown, says: 'return to charging: not seen yet', numbers: [] }
  const since = again - (supply.insideAgainS ?? 0)
  return {
    id,
    state: since >= 15 && since <= 120 ? 'by-itself' : 'other',
    says: `charging began again ${seconds(again)} after, by itself`,
    numbers: used('again after', again, 's'),
  }
}

/** One conductor with far more resistance than the others (electrical.md 6.4, 10: a phase twice the others). */
export const stiffnessSign: ReadSign = ({ stiffness }) => {
  const id = 'stiffness'
  const judged = stiffness.some(({ steps }) => steps >= 2) ? stiffness.filter(({ steps }) => steps >= 2) : stiffness
  if (judged.length < 2)
    return {
      id,
      state: unknown,
      says: 'resistance of the conductors: too few steps of load were seen with their voltage',
      numbers: [],
    }
  const sorted = [...judged].sort((a, b) => b.milliohm - a.milliohm)
  const [worst] = sorted
  const rest = sorted.slice(1).map(({ milliohm }) => milliohm)
  const usual = rest.reduce((sum, value) => sum + value, 0) / rest.length
  if (worst === undefined) return { id, state: unknown, says: '', numbers: [] }
  const error = Math.hypot(
    worst.errorMilliohm,
    ...sorted.slice(1).map(({ errorMilliohm }) => errorMilliohm / rest.length),
  )
  const numbers = judged.flatMap(({ phase, milliohm }) => used(phase, milliohm, 'mΩ'))
  const values = judged.map(
    ({ phase, milliohm, errorMilliohm, steps }) =>
      `${phase} ${milliohm.toFixed(0)} ± ${errorMilliohm.toFixed(0)} mΩ (${String(steps)} ${steps === 1 ? 'step' : 'steps'})`,
  )
  const says = `load steps show ${values.join(', ')}`
  const above = worst.milliohm - usual
  // One step alone may be the grid's: it must stand out of its own uncertainty by far.
  const isOnce = judged.every(({ steps }) => steps < 2)
  if (above >= 15 && above > 0.6 * usual && above > (isOnce ? 4 : 3) * error)
    return { id, state: isOnce ? 'one-high-once' : 'one-high', says, numbers }
  if (isOnce) return { id, state: unknown, says: `${says}: one step alone shows no more than this`, numbers }
  // What scatters more than a bad terminal would show says nothing for or against one.
  return error > 20
    ? { id, state: unknown, says: `${says}: too uncertain to judge`, numbers }
    : { id, state: 'alike', says, numbers }
}

/** Of the rating: a magnet pulls at twice it at the least (curve Z), and a surge that is shorter than a cycle shows as less than it was. */
const surgeFrom = 2
const noSurgeBelow = 0.5

/** What samples show of the moment itself; a surge of a feeder passes through all that lies above it. */
const surgeSign = (surge: SurgeEvidence, ratingA: number): Sign => {
  const { circuitName, isOwn, phase, aboveA, fellAtOnce } = surge
  const share = aboveA / ratingA
  const where = isOwn ? 'here' : `at ${circuitName}, through which it must pass`
  const ofRating = ` (${percent(100 * share)} of the rating)`
  const sign = (state: string, says: string): Sign => ({
    id: 'inrush',
    state,
    says,
    numbers: used(`surge on ${phase}`, aboveA, 'A'),
  })
  if (share < noSurgeBelow)
    return sign(
      'none-sampled',
      `the current is sampled ${where}, and in the tenth of a second in which the load ended nothing rose by more than ${amperes(aboveA)}${ofRating}`,
    )
  const rose = `the sampled waveform ${isOwn ? '' : `at ${circuitName} `}rose on ${phase} by ${amperes(aboveA)}${ofRating} in the tenth of a second in which this load ended`
  if (share < surgeFrom) return sign('small', rose)
  return fellAtOnce.length > 0
    ? sign('shared', `${rose}; ${list(fellAtOnce)} fell in the same moment, and it may be theirs`)
    : sign(isOwn ? 'seen' : 'above', `${rose}${isOwn ? '' : ', and nothing else fell then'}`)
}

/** Short currents are seen only where something keeps extremes or samples: polled values can't show them, and say so. */
export const inrushSign: ReadSign = ({ inrush, circuit }) => {
  const id = 'inrush'
  const { surge = null } = inrush
  const seen = greatest([inrush.jumpA, inrush.sampledA])
  const rating = circuit?.ratingA ?? null
  const isLarge = rating !== null && seen !== null && seen >= surgeFrom * rating
  if (surge !== null && rating !== null && !(isLarge && surge.aboveA < surgeFrom * rating))
    return surgeSign(surge, rating)
  const poll = inrush.pollS === null ? 'polled values' : `currents read every ${seconds(inrush.pollS)}`
  if (seen === null && !inrush.hasExtremes)
    return {
      id,
      state: unknown,
      says: `inrush: ${poll} can't show a current of some milliseconds, no register keeps the highest, and no samples here or above show the moment`,
      numbers: [],
    }
  if (seen === null) return { id, state: 'no-jump', says: 'the meter’s own highest current did not move', numbers: [] }
  const source = inrush.sampledA === seen ? 'the sampled waveform' : "the meter's own highest current"
  return {
    id,
    state: isLarge ? 'seen' : 'small',
    says: `${source} reached ${amperes(seen)}${rating === null ? '' : ` (${percent((100 * seen) / rating)} of the rating)`}`,
    numbers: used('highest', seen, 'A'),
  }
}

/** A residual-current device may trip from half of its rated 30 mA on. */
export const leakageSign: ReadSign = ({ leakage, circuit }) => {
  const id = 'leakage'
  const numbers = used('residual current', leakage.milliampere, 'mA')
  if (leakage.isMeasured && leakage.milliampere !== null)
    return {
      id,
      state: leakage.milliampere >= 15 ? 'high' : 'low',
      says: `a residual current of ${leakage.milliampere.toFixed(1)} mA was read; 30 mA devices may trip from 15 mA on`,
      numbers,
    }
  if (circuit?.hasRcd === true)
    return {
      id,
      state: 'has-rcd',
      says: 'a residual-current device is declared on this circuit; its current is not read',
      numbers,
    }
  if (circuit?.hasRcd === false)
    return {
      id,
      state: 'no-rcd',
      says: 'the site file says that no residual-current device is on this circuit',
      numbers,
    }
  return { id, state: unknown, says: 'residual current: nothing here measures it', numbers }
}

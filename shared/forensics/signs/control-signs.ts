import type { ChargerEvidence, IncidentEvidence, StartEvidence } from '../evidence.ts'
import { amperes, list, seconds, unknown, used, type ReadSign, type Sign } from '../sign.ts'

/** A charger above the limit it confirmed by 10 % and 0.5 A for more than 7 s (the figures of an open charger stack). */
export const obedienceSign: ReadSign = ({ chargers }) => {
  const id = 'obedience'
  const judged = chargers.filter(({ aboveLimitS }) => aboveLimitS !== null)
  if (judged.length === 0)
    return { id, state: unknown, says: 'limits: no charger below tells its current and its limit', numbers: [] }
  const over = judged.filter(({ aboveLimitS }) => (aboveLimitS ?? 0) > 7)
  const worst = over.reduce(
    (best, one) => ((one.worstAboveLimitA ?? 0) > (best?.worstAboveLimitA ?? 0) ? one : best),
    over[0],
  )
  if (worst === undefined)
    return {
      id,
      state: 'kept',
      says: `${list(judged.map(({ name }) => name))} kept within the limit they confirmed`,
      numbers: [],
    }
  return {
    id,
    state: 'ignored',
    says: `${worst.name} drew ${amperes((worst.limitA ?? 0) + (worst.worstAboveLimitA ?? 0))} at a confirmed limit of ${amperes(worst.limitA ?? 0)} for ${seconds(worst.aboveLimitS ?? 0)}`,
    numbers: [...used('above its limit', worst.worstAboveLimitA, 'A'), ...used('for', worst.aboveLimitS, 's')],
  }
}

/** An overload that a start brought, and how fast something was done about it. */
export const lagSign: ReadSign = ({ overload }) => {
  const id = 'lag'
  const { isKnown, lastedS, worstA, phase, cameWithStart, wasLowered, lowestLoweredS } = overload
  if (!isKnown) return { id, state: unknown, says: 'load against the limit: the current is not known', numbers: [] }
  if (lastedS < 2.5)
    return { id, state: 'none', says: 'the load was within the limit, but for a reading or two', numbers: [] }
  const numbers = [
    ...used('above the limit', lastedS, 's'),
    ...used('highest', worstA, 'A'),
    ...used('lowered after', lowestLoweredS, 's'),
  ]
  const begun = cameWithStart ? ', begun with a start or a raised limit' : ''
  const reaction =
    wasLowered === null
      ? 'no limit of a charger is read'
      : wasLowered
        ? `limits were lowered ${lowestLoweredS === null ? '' : `${seconds(lowestLoweredS)} after it began`}`
        : 'no limit was lowered'
  const says = `${phase ?? ''} above the limit for ${seconds(lastedS)}${worstA === null ? '' : `, up to ${amperes(worstA)}`}${begun}; ${reaction}`
  // Limits that come every few seconds have acted within twenty seconds; what lasts longer nobody meant to lower.
  if (lastedS <= 20 && cameWithStart) return { id, state: wasLowered === true ? 'late' : 'short', says, numbers }
  if (lastedS <= 60 && cameWithStart && wasLowered !== true) return { id, state: 'middle', says, numbers }
  if (wasLowered === true) return { id, state: lastedS <= 60 ? 'late' : 'long-lowered', says, numbers }
  // Nothing began that a load management could have held back.
  return { id, state: lastedS <= 60 ? 'middle' : 'long', says, numbers }
}

/** Whether the chargers' load was seen on the phases the site file counts it on. */
export const phaseMapSign: ReadSign = ({ phaseMap }) => {
  const id = 'phase-map'
  const { contradicting, agreeing, said, hasFinding, standing } = phaseMap
  const numbers = [...used('steps that contradict', contradicting, '1'), ...used('steps that agree', agreeing, '1')]
  // What flows without any step is a witness of its own.
  const against = contradicting + (standing === 'contradicts' ? 1 : 0)
  const isContradicted =
    hasFinding ||
    contradicting >= 2 ||
    (against >= 2 && against > agreeing) ||
    (against >= 1 && agreeing === 0 && standing !== 'agrees')
  if (isContradicted)
    return {
      id,
      state: 'contradicted',
      says: said ?? `${String(contradicting)} steps of chargers were seen on other phases than declared`,
      numbers,
    }
  if (contradicting === 1 || standing === 'contradicts')
    return {
      id,
      state: 'doubtful',
      says: said ?? 'one step of a charger was seen on another phase than declared',
      numbers,
    }
  if (agreeing === 0 && standing === 'agrees')
    return {
      id,
      state: 'confirmed',
      says: 'what the chargers drew on their declared phases is what the meter carried there',
      numbers,
    }
  if (agreeing > 0)
    return {
      id,
      state: 'confirmed',
      says: `${String(agreeing)} steps of chargers were seen on the phases declared`,
      numbers,
    }
  return { id, state: unknown, says: 'phase map: no step of a charger was seen by a meter above it', numbers }
}

/** What comes back with the supply itself draws its surge at once; chargers boot first and close their contactors within a minute, s. */
const returnSurgeS = 15
const returnBootS = 60

const draws = ({ beforeA }: ChargerEvidence): boolean => (beforeA ?? 0) >= 2.5
const unseenOf = ({ unseen }: StartEvidence) => unseen ?? { names: [], longestS: 0 }

/** A supply that has just come back, or whose chargers began again since; null: what it brought is over, or it was never gone. */
const returnSign = ({ chargers, starts, supply }: IncidentEvidence): Sign | null => {
  const id = 'start'
  const { returnedBeforeS } = supply
  if (returnedBeforeS === null || returnedBeforeS > returnBootS) return null
  const back = `the supply had come back ${seconds(returnedBeforeS)} before`
  const numbers = used('after supply return', returnedBeforeS, 's')
  if (returnedBeforeS <= returnSurgeS) return { id, state: 'supply-return', says: back, numbers }
  const since = chargers.filter(({ startedBeforeS }) => startedBeforeS !== null && startedBeforeS < returnedBeforeS)
  // One by itself may be a car that happened to come.
  if (starts.within15S.length > 0 || since.length >= 2) {
    const names = since.length >= 2 ? since.map(({ name }) => name) : starts.within15S
    return { id, state: 'supply-return', says: `${back}, and ${list(names)} began since`, numbers }
  }
  // One that draws and was not seen to begin began between two readings, or the supply was only not read.
  const isSeen = starts.isKnown && unseenOf(starts).names.length === 0 && chargers.every((one) => !draws(one))
  return isSeen
    ? null
    : { id, state: 'return-unseen', says: `${back}; no reading tells when chargers began again`, numbers }
}

/** What began just before: a start decides between inrush and leakage, and speaks against heat. */
export const startSign: ReadSign = (evidence) => {
  const id = 'start'
  const { starts } = evidence
  const returned = returnSign(evidence)
  if (returned !== null) return returned
  if (!starts.isKnown) return { id, state: unknown, says: 'starts: no charger below is read', numbers: [] }
  if (starts.within3S.length >= 2)
    return {
      id,
      state: 'several',
      says: `${list(starts.within3S)} began within 3 s before`,
      numbers: used('starts within 3 s', starts.within3S.length, '1'),
    }
  if (starts.within60S.length >= 3 && starts.within15S.length >= 2)
    return {
      id,
      state: 'several',
      says: `${list(starts.within60S)} began within a minute before`,
      numbers: used('starts within 60 s', starts.within60S.length, '1'),
    }
  if (starts.within15S.length > 0)
    return {
      id,
      state: starts.others > 0 ? 'joined' : 'first',
      says: `${list(starts.within15S)} began within 15 s before${starts.others > 0 ? `, ${String(starts.others)} others were charging` : ''}`,
      numbers: used('starts within 15 s', starts.within15S.length, '1'),
    }
  const { names, longestS } = unseenOf(starts)
  if (names.length > 0)
    return {
      id,
      state: 'unseen',
      says: `starts: ${list(names)} had last been read up to ${seconds(longestS)} before and may have begun since`,
      numbers: used('not read for', longestS, 's'),
    }
  return { id, state: 'none', says: 'nothing began in the 15 s before', numbers: [] }
}

import type { IncidentEvidence, IncidentKind } from '../evidence.ts'
import { amperes, list, seconds, unknown, used, type ReadSign } from '../sign.ts'

const eventWords: Readonly<Record<IncidentKind, string>> = {
  trip: 'all loaded poles of the circuit fell together',
  pole: 'only some of its poles fell, the others went on',
  'charger-stop': 'one charger stopped by itself, its feeder went on',
  window: 'charging stopped while the voltage was outside its window',
  supply: 'voltage and current went together',
  dark: 'everything that is read fell silent at once, under load',
  sight: 'a loaded circuit is not seen any more; nothing shows that it was switched off',
  said: 'only a person says so; no reading shows it',
}

/** What happened, as far as it was seen. */
export const eventSign: ReadSign = ({ kind, poles, withinS }) => {
  const fallen = poles.filter(({ fell }) => fell)
  const numbers = fallen
    .map(
      ({ phase, beforeA, afterA }) =>
        `${phase} ${beforeA === null ? '?' : amperes(beforeA)} to ${afterA === null ? 'unseen' : amperes(afterA)}`,
    )
    .join(', ')
  return {
    id: 'event',
    state: kind,
    says: `${eventWords[kind]}${numbers === '' ? '' : ` (${numbers}, within ${seconds(withinS)})`}`,
    numbers: fallen.flatMap(({ phase, beforeA }) => used(`${phase} before`, beforeA, 'A')),
  }
}

/** What the chargers that drew say afterwards: a dead one had its supply cut, one with a fault has its own reason. */
export const chargersAfterSign: ReadSign = ({ chargers }) => {
  const drew = chargers.filter(({ beforeA, statusBefore }) => (beforeA ?? 0) > 1 || statusBefore === 'charging')
  const known = drew.filter(({ answersAfter }) => answersAfter !== null)
  if (known.length === 0)
    return { id: 'chargers-after', state: unknown, says: 'no charger below is read that drew before', numbers: [] }
  const silent = known.filter(({ answersAfter }) => answersAfter === false)
  const faulted = known.filter(({ answersAfter, statusAfter }) => answersAfter === true && statusAfter === 'fault')
  const codes = faulted.flatMap(({ code }) => (code === null ? [] : [code]))
  const numbers = used('chargers silent', silent.length, '1')
  if (silent.length * 2 > known.length)
    return {
      id: 'chargers-after',
      state: 'silent',
      says: `${list(silent.map(({ name }) => name))} no longer answer`,
      numbers,
    }
  if (faulted.length > 0)
    return {
      id: 'chargers-after',
      state: faulted.length === 1 ? 'one-fault' : 'faults',
      says: `${list(faulted.map(({ name }) => name))} still answer and report a fault${codes.length === 0 ? '' : ` (code ${list(codes)})`}`,
      numbers,
    }
  return {
    id: 'chargers-after',
    state: 'answer',
    says: `${list(known.map(({ name }) => name))} still answer and report no fault`,
    numbers,
  }
}

/** Above what a breaker holds for good (IEC 60898-1: 1.13 times its rating) when it was last seen. */
const isOverloaded = ({ poles, circuit }: Pick<IncidentEvidence, 'poles' | 'circuit'>): boolean => {
  const rating = circuit?.ratingA ?? null
  return rating !== null && poles.some(({ beforeA }) => beforeA !== null && beforeA > 1.13 * rating)
}

/** Readings that stopped or repeat are no current that stopped. */
export const dataSign: ReadSign = ({ data, kind, ...evidence }) => {
  if (data.backShare !== null && (kind === 'dark' || kind === 'sight')) {
    const percent = `${(100 * data.backShare).toFixed(0)} % of the load of before`
    return data.backShare > 0.7
      ? {
          id: 'data',
          state: 'back-same',
          says: `when it was seen again it carried ${percent}: it had gone on`,
          numbers: [],
        }
      : {
          id: 'data',
          state: 'back-empty',
          says: `when it was seen again it carried ${percent}: it had stopped`,
          numbers: [],
        }
  }
  if (kind === 'dark')
    return { id: 'data', state: 'unknown', says: 'whether the load went on: nothing was seen since', numbers: [] }
  if (data.meterFrozen)
    return {
      id: 'data',
      state: 'lost',
      says: 'the meter repeats its values to the last digit: it is frozen',
      numbers: [],
    }
  if (data.meterSilent && kind === 'sight' && data.drawingChargers === 0 && isOverloaded(evidence))
    return {
      id: 'data',
      state: 'lost-over',
      says: 'the meter of the circuit stopped answering while more than the rating flowed: a meter that is fed below the breaker falls silent with it',
      numbers: [],
    }
  if (data.meterSilent && kind === 'sight')
    return { id: 'data', state: 'lost', says: 'the meter of the circuit stopped answering', numbers: [] }
  if (data.drawingChargers > 0 && kind === 'sight')
    return {
      id: 'data',
      state: 'lost',
      says: `readings stopped while ${String(data.drawingChargers)} chargers below still report a current`,
      numbers: used('chargers drawing', data.drawingChargers, '1'),
    }
  return data.coverage < 0.3
    ? { id: 'data', state: unknown, says: 'the five minutes before were hardly seen', numbers: [] }
    : {
        id: 'data',
        state: 'seen',
        says: `${(100 * data.coverage).toFixed(0)} % of the five minutes before were seen`,
        numbers: used('seen before', 100 * data.coverage, '%'),
      }
}

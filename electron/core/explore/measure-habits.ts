import type { Habits } from '../../../shared/api/explore-contract.ts'
import type { ExchangeOutcome } from '../lines/modbus-line.ts'
import type { ReadRequest } from './explore-port.ts'
import { createProbe, type MeasurePlace, type Probe } from './measure-probe.ts'

/** The standard's largest read (Modbus Application Protocol 1.1b3, 6.3 and 6.4). */
const standardLongest = 125

/** A register that answers, and the smallest block it answers in. */
interface Start {
  readonly address: number
  readonly least: 1 | 2
}
/** The longest block that answered, and the shortest that was refused (one more than the standard allows: none was). */
interface Lengths {
  readonly good: number
  readonly bad: number
}

const findStart = async ({ answers, isOver, isFailed, tell }: Probe, first: number): Promise<Start | null> => {
  const even = first - (first % 2)
  if ((await answers(even, 2)) === true) return isOver() ? null : { address: even, least: 2 }
  if (isOver()) return null
  if ((await answers(first, 1)) === true) return { address: first, least: 1 }
  if (!isFailed())
    tell({ step: 'failed', problem: `register ${String(first)} does not answer; begin at one that does` })
  return null
}

/** The length to try next: the middle; even where even ones are known to answer. null: nothing lies between. */
const between = ({ good, bad }: Lengths, least: 1 | 2): number | null => {
  let middle = Math.floor((good + bad) / 2)
  // Even lengths only, so that a device that refuses odd counts is not taken for one with short blocks.
  if (least === 2 && middle % 2 === 1) middle += middle + 1 < bad ? 1 : -1
  return middle <= good || middle >= bad ? null : middle
}

const soFar = ({ good, bad }: Lengths): Habits['block'] => ({
  answered: good,
  refused: bad > standardLongest ? null : bad,
  isLimit: false,
  words: `${String(good)} registers answer so far`,
})

const findLengths = async ({ answers, tell }: Probe, { address, least }: Start): Promise<Lengths | null> => {
  let lengths: Lengths = { good: least, bad: Math.min(standardLongest + 1, 65536 - address + 1) }
  while (lengths.bad - lengths.good > 2) {
    const middle = between(lengths, least)
    if (middle === null) break
    const outcome = await answers(address, middle)
    if (outcome === null) return null
    lengths = outcome ? { ...lengths, good: middle } : { ...lengths, bad: middle }
    tell({ block: soFar(lengths) })
  }
  return lengths
}

const evenOnlyOf = (start: number, isEvenOnly: boolean, oddAddress: boolean | null): Habits['evenOnly'] => {
  const isRefused = oddAddress === false
  return {
    value: isEvenOnly,
    words: isEvenOnly
      ? `odd counts are refused${isRefused ? ', odd addresses too' : ''}: only even addresses and counts are asked for`
      : `odd counts answer${isRefused ? `; a block from the odd address ${String(start + 1)} is refused` : ''}`,
  }
}

/** Whether odd lengths and addresses answer; may find the limit to be one register more or less. null: it is over. */
const findOddness = async (
  { answers, isOver, tell }: Probe,
  { address }: Start,
  found: Lengths,
): Promise<{ readonly lengths: Lengths; readonly isEvenOnly: boolean } | null> => {
  let { good, bad } = found
  const oddLength = await answers(address, good % 2 === 1 ? good : Math.max(1, good - 1))
  if (oddLength === null) return null
  if (oddLength && good + 1 < bad) {
    const more = await answers(address, good + 1)
    if (more === null) return null
    if (more) good += 1
    else bad = good + 1
  }
  const oddAddress = good < 2 ? null : await answers(address + 1, 2)
  if (isOver()) return null
  const oddCount = await answers(address, 1)
  if (oddCount === null) return null
  const isEvenOnly = !oddCount && !oddLength
  tell({ evenOnly: evenOnlyOf(address, isEvenOnly, oddAddress) })
  return { lengths: { good, bad }, isEvenOnly }
}

const standardBlock = (good: number): Habits['block'] => ({
  answered: good,
  refused: null,
  isLimit: true,
  words: `${String(good)} registers in one read: as many as the standard allows`,
})

const limitedBlock = ({ good, bad }: Lengths, last: number, isAnsweringAlone: boolean): Habits['block'] => ({
  answered: good,
  refused: bad,
  isLimit: isAnsweringAlone,
  words: isAnsweringAlone
    ? `${String(good)} registers in one read; ${String(bad)} are refused although register ${String(last)} answers alone`
    : `at least ${String(good)} registers; the block ends there because register ${String(last)} does not answer. Measure from another register to find the limit`,
})

/**
 * Tries block lengths by halving, then odd counts and odd addresses, from a register that answers. A device that refuses at a length
 * because a register on the way does not exist is told from one that bears no longer block by reading that register alone.
 */
export const measureHabits = async (
  place: MeasurePlace,
  ask: (request: ReadRequest) => Promise<ExchangeOutcome | string>,
  isCancelled: () => boolean,
  push: (habits: Habits) => void,
): Promise<void> => {
  const probe = createProbe(place, ask, isCancelled, push)
  const start = await findStart(probe, place.first)
  if (start === null) return
  const found = await findLengths(probe, start)
  if (found === null) return
  const odd = await findOddness(probe, start, found)
  if (odd === null) return
  const { lengths, isEvenOnly } = odd
  if (lengths.bad > standardLongest) {
    probe.tell({ step: 'done', block: standardBlock(lengths.good) })
    return
  }
  const last = start.address + lengths.bad - 1
  const alone = await probe.answers(isEvenOnly ? last - (last % 2) : last, isEvenOnly ? 2 : 1)
  if (alone !== null) probe.tell({ step: 'done', block: limitedBlock(lengths, last, alone) })
}

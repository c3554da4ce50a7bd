import type { Habits } from '../../../shared/api/explore-contract.ts'
import type { ExchangeOutcome } from '../ports.ts'
import type { ReadRequest } from './explore-line.ts'
import { exceptionText } from './read-range.ts'

export interface MeasurePlace {
  readonly where: string
  readonly unit: number
  readonly functionCode: 3 | 4
  readonly first: number
}

/** The standard's largest read (Modbus Application Protocol 1.1b3, 6.3 and 6.4). */
const standardLongest = 125

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
  let isFailed = false
  let habits: Habits = {
    step: 'measuring',
    where: place.where,
    requests: 0,
    problem: null,
    block: null,
    evenOnly: null,
    turnaround: null,
  }
  const replies: number[] = []
  const tell = (more: Partial<Habits>): void => {
    habits = { ...habits, ...more }
    isFailed ||= more.step === 'failed'
    if (!isCancelled()) push(habits)
  }
  /** true answered, false refused by an exception, null neither: then the measurement is over. */
  const answers = async (address: number, count: number): Promise<boolean | null> => {
    if (isCancelled()) return null
    for (let attempt = 0; ; attempt += 1) {
      const outcome = await ask({ unit: place.unit, functionCode: place.functionCode, address, count })
      habits = { ...habits, requests: habits.requests + 1 }
      if (typeof outcome === 'string') {
        tell({ step: 'failed', problem: outcome })
        return null
      }
      if (outcome.ok) {
        replies.push(outcome.turnaroundMs)
        const sorted = [...replies].sort((a, b) => a - b)
        tell({
          turnaround: {
            medianMs: sorted[Math.floor(sorted.length / 2)] ?? 0,
            longestMs: sorted.at(-1) ?? 0,
            replies: replies.length,
          },
        })
        return true
      }
      if (outcome.fault.kind === 'exception' && outcome.fault.code !== 10 && outcome.fault.code !== 11) return false
      // Some devices say nothing to a block that is too long; a second silence in a row counts as a refusal, a lost line does not.
      if (outcome.fault.kind === 'offline' || outcome.fault.kind === 'closed' || outcome.fault.kind === 'exception') {
        tell({
          step: 'failed',
          problem: outcome.fault.kind === 'exception' ? exceptionText(outcome.fault.code) : outcome.fault.message,
        })
        return null
      }
      if (attempt > 0) return false
    }
  }

  const even = place.first - (place.first % 2)
  const least = (await answers(even, 2)) === true ? 2 : 1
  const start = least === 2 ? even : place.first
  if (isCancelled() || isFailed) return
  if (least === 1 && (await answers(start, 1)) !== true) {
    if (!isFailed)
      tell({ step: 'failed', problem: `register ${String(place.first)} does not answer; begin at one that does` })
    return
  }

  // Even lengths only, so that a device that refuses odd counts is not taken for one with short blocks.
  let good = least
  let bad = Math.min(standardLongest + 1, 65536 - start + 1)
  while (bad - good > 2) {
    let middle = Math.floor((good + bad) / 2)
    if (least === 2 && middle % 2 === 1) middle += middle + 1 < bad ? 1 : -1
    if (middle <= good || middle >= bad) break
    const outcome = await answers(start, middle)
    if (outcome === null) return
    if (outcome) good = middle
    else bad = middle
    tell({
      block: {
        answered: good,
        refused: bad > standardLongest ? null : bad,
        isLimit: false,
        words: `${String(good)} registers answer so far`,
      },
    })
  }
  const oddLength = await answers(start, good % 2 === 1 ? good : Math.max(1, good - 1))
  if (oddLength === null) return
  if (oddLength && good + 1 < bad) {
    const more = await answers(start, good + 1)
    if (more === null) return
    if (more) good += 1
    else bad = good + 1
  }
  const oddAddress = good < 2 ? null : await answers(start + 1, 2)
  if (isFailed || isCancelled()) return
  const oddCount = await answers(start, 1)
  if (oddCount === null) return
  const evenOnly = !oddCount && !oddLength
  tell({
    evenOnly: evenOnly
      ? {
          value: true,
          words: `odd counts are refused${oddAddress === false ? ', odd addresses too' : ''}: only even addresses and counts are asked for`,
        }
      : {
          value: false,
          words: `odd counts answer${oddAddress === false ? `; a block from the odd address ${String(start + 1)} is refused` : ''}`,
        },
  })
  if (bad > standardLongest) {
    tell({
      step: 'done',
      block: {
        answered: good,
        refused: null,
        isLimit: true,
        words: `${String(good)} registers in one read: as many as the standard allows`,
      },
    })
    return
  }
  const last = start + bad - 1
  const alone = await answers(evenOnly ? last - (last % 2) : last, evenOnly ? 2 : 1)
  if (alone === null) return
  tell({
    step: 'done',
    block: alone
      ? {
          answered: good,
          refused: bad,
          isLimit: true,
          words: `${String(good)} registers in one read; ${String(bad)} are refused although register ${String(last)} answers alone`,
        }
      : {
          answered: good,
          refused: bad,
          isLimit: false,
          words: `at least ${String(good)} registers; the block ends there because register ${String(last)} does not answer. Measure from another register to find the limit`,
        },
  })
}

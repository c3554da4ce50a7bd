import type { Habits } from '../../../shared/api/explore-contract.ts'
import type { ExchangeFault } from '../lines/field-line.ts'
import type { ExchangeOutcome } from '../lines/modbus-line.ts'
import type { ReadRequest } from './explore-port.ts'
import { exceptionText } from './exception-text.ts'

export interface MeasurePlace {
  readonly where: string
  readonly unit: number
  readonly functionCode: 3 | 4
  readonly first: number
}

/** What a fault says of a block: it is refused, the measurement is over, or it is asked for once more. */
const verdictOf = ({ kind, code }: ExchangeFault): 'refused' | 'over' | 'unclear' => {
  if (kind === 'exception') return code === 10 || code === 11 ? 'over' : 'refused'
  // Some devices say nothing to a block that is too long; a second silence in a row counts as a refusal, a lost line does not.
  return kind === 'offline' || kind === 'closed' ? 'over' : 'unclear'
}

const paceOf = (replies: readonly number[]): Habits['turnaround'] => {
  const sorted = [...replies].sort((a, b) => a - b)
  return {
    medianMs: sorted[Math.floor(sorted.length / 2)] ?? 0,
    longestMs: sorted.at(-1) ?? 0,
    replies: replies.length,
  }
}

export interface Probe {
  /** true answered, false refused by an exception, null neither: then the measurement is over. */
  readonly answers: (address: number, count: number) => Promise<boolean | null>
  readonly tell: (more: Partial<Habits>) => void
  /** It failed or was cancelled: nothing more is to be asked. */
  readonly isOver: () => boolean
  readonly isFailed: () => boolean
}

/** Asks for blocks and tells what is known of the device so far. */
export const createProbe = (
  place: MeasurePlace,
  ask: (request: ReadRequest) => Promise<ExchangeOutcome | string>,
  isCancelled: () => boolean,
  push: (habits: Habits) => void,
): Probe => {
  const { where, unit, functionCode } = place
  const replies: number[] = []
  const unknown = { block: null, evenOnly: null, turnaround: null }
  let isFailed = false
  let habits: Habits = { step: 'measuring', where, requests: 0, problem: null, ...unknown }
  const tell = (more: Partial<Habits>): void => {
    habits = { ...habits, ...more }
    isFailed ||= more.step === 'failed'
    if (!isCancelled()) push(habits)
  }
  const fail = (problem: string): null => {
    tell({ step: 'failed', problem })
    return null
  }
  return {
    tell,
    isFailed: () => isFailed,
    isOver: () => isFailed || isCancelled(),
    answers: async (address, count) => {
      if (isCancelled()) return null
      for (let attempt = 0; ; attempt += 1) {
        const outcome = await ask({ unit, functionCode, address, count })
        habits = { ...habits, requests: habits.requests + 1 }
        if (typeof outcome === 'string') return fail(outcome)
        if (outcome.ok) {
          replies.push(outcome.turnaroundMs)
          tell({ turnaround: paceOf(replies) })
          return true
        }
        const { fault } = outcome
        const verdict = verdictOf(fault)
        if (verdict === 'over') return fail(fault.kind === 'exception' ? exceptionText(fault.code) : fault.message)
        if (verdict === 'refused' || attempt > 0) return false
      }
    },
  }
}

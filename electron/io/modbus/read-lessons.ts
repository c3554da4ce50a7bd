import type { Clock } from '../../core/ports.ts'
import type { ExchangeOutcome, ModbusRequest } from '../../core/lines/modbus-line.ts'
import type { Candidate, ChoiceView, Span } from './read-choice.ts'
import type { ReplyMemory } from './reply-memory.ts'
import { replyShape } from './reply-shape.ts'
import { createTwinFunctions } from './twin-function.ts'

export type Read = Extract<ModbusRequest, { readonly functionCode: 3 | 4 }>

/** So often in a row must a device that answers others be silent to a read across unknown registers before it counts as refusing them. */
const silencesThatCount = 3
/** After this a device that refused such reads is tried again, ms: it was perhaps only starting (assumption). */
const tryAgainMs = 600_000
/** Single reads remembered as refused; a device has a few dozen. */
const mostRefused = 1000

interface Trying {
  readonly silences: number
  /** Of the last silence; something must have been answered after it before the next one counts. */
  readonly silentAtMs: number
  readonly refusedAtMs: number
}
const notTried: Trying = { silences: 0, silentAtMs: -Infinity, refusedAtMs: -Infinity }

const nameOf = ({ unit }: Read, { functionCode, address, count }: Span): string =>
  `${String(unit)}:${String(functionCode)}:${String(address)}:${String(count)}`
const keyOf = ({ unit }: Read, { functionCode, address, count }: Span): string =>
  replyShape({ unit, functionCode, address, count }).key

/** What a read across registers nobody vouched for came to: silent often enough in a row, the device counts as refusing such reads. */
const stepTrying = (
  before: Trying,
  outcome: Extract<ExchangeOutcome, { readonly ok: false }>,
  answeredAtMs: number,
  nowMs: number,
): Trying => {
  if (outcome.fault.kind === 'exception') return { ...before, refusedAtMs: nowMs }
  if (outcome.fault.kind !== 'timeout') return before
  const counts = before.silences === 0 || answeredAtMs > before.silentAtMs
  const silences = before.silences + (counts ? 1 : 0)
  const isRefusing = silences >= silencesThatCount
  return { silences, silentAtMs: nowMs, refusedAtMs: isRefusing ? nowMs : before.refusedAtMs }
}

/** What the devices of a line have shown of reads other than those asked for: what they refuse, and whether both functions read the same. */
export const createReadLessons = (memory: ReplyMemory, clock: Clock) => {
  const trying = new Map<number, Trying>()
  const refused = new Set<string>()
  const twins = createTwinFunctions(clock.monotonicMs)
  const answeredAtMs = new Map<number, number>()
  // A read across unknown registers that was answered late was answered after all.
  memory.onStruckOff(({ shape, isTrial }) => {
    if (isTrial) trying.delete(shape.unit)
  })
  return {
    twins,
    /** What a choice of reads may rest on (read-choice.ts). */
    knownFor: (request: Read): ChoiceView => ({
      doubt: (span) => memory.doubt(keyOf(request, span)),
      isRefused: (span) => refused.size > 0 && refused.has(nameOf(request, span)),
      mayTwin: twins.isProven(request.unit),
      mayTry: clock.monotonicMs() - (trying.get(request.unit) ?? notTried).refusedAtMs >= tryAgainMs,
      lastSentMs: (span) => memory.lastSentMs(keyOf(request, span)),
    }),
    answered: (unit: number): void => {
      answeredAtMs.set(unit, clock.monotonicMs())
    },
    /** What a read other than the one asked for has taught. Whether the refusal may be passed on is the caller's question. */
    learn(request: Read, read: Candidate, outcome: ExchangeOutcome): void {
      const { unit } = request
      const nowMs = clock.monotonicMs()
      if (outcome.ok) answeredAtMs.set(unit, nowMs)
      const isRefusal = !outcome.ok && outcome.fault.kind === 'exception'
      if (isRefusal && read.functionCode !== request.functionCode) twins.refused(unit)
      if (isRefusal && read.kind !== 'plain') {
        if (refused.size >= mostRefused) refused.clear()
        refused.add(nameOf(request, read))
      }
      if (read.kind !== 'trial') return
      if (outcome.ok) {
        trying.delete(unit)
        return
      }
      const before = trying.get(unit) ?? notTried
      const next = stepTrying(before, outcome, answeredAtMs.get(unit) ?? -Infinity, nowMs)
      if (next !== before) trying.set(unit, next)
    },
  }
}
export type ReadLessons = ReturnType<typeof createReadLessons>

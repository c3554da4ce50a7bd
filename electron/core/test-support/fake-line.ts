import type { LineProblem } from '../../../shared/said/line-problem.ts'
import type { ExchangeOptions, ExchangeOutcome, ModbusLine, ModbusRequest } from '../lines/modbus-line.ts'
import type { LineEvent, LineStatus } from '../lines/field-line.ts'
import type { FakeClock } from './fake-clock.ts'

/** What the far side does with a request: words (a write: none), an exception, a fault, nothing, and after how long. */
export type FakeReply =
  | { readonly words: readonly number[]; readonly afterMs?: number }
  | { readonly exception: number; readonly afterMs?: number }
  | { readonly fault: 'crc' | 'malformed' | 'wrong-unit' }
  | 'silence'

export interface SentRequest {
  readonly request: ModbusRequest
  readonly options: ExchangeOptions
  readonly atMs: number
}

export interface FakeLine extends ModbusLine {
  readonly sent: readonly SentRequest[]
  answer: (request: ModbusRequest) => FakeReply
  setState(state: LineStatus['state'], problem?: string | LineProblem): void
  emit(event: LineEvent): void
}

const said = (where: string, why: string | LineProblem): LineProblem =>
  typeof why === 'string' ? { kind: 'failed', where, isSerial: false, message: why } : why

/** One exchange at a time in the order of asking, writes first, on the fake clock; no framing. */
export const createFakeLine = (
  id: string,
  clock: FakeClock,
  answer: (request: ModbusRequest) => FakeReply,
): FakeLine => {
  const sent: SentRequest[] = []
  const listeners = new Set<(event: LineEvent) => void>()
  const queue: { request: ModbusRequest; options: ExchangeOptions; settle: (outcome: ExchangeOutcome) => void }[] = []
  let state: LineStatus['state'] = 'connected'
  let problem: LineProblem | null = null
  let isBusy = false

  const fail = (
    kind: 'timeout' | 'exception' | 'crc' | 'malformed' | 'wrong-unit' | 'offline' | 'closed',
    code: number | null = null,
  ): ExchangeOutcome => ({ ok: false, fault: { kind, code, message: `${kind} on ${id}` }, atMs: clock.nowMs() })

  const pump = (): void => {
    if (isBusy) return
    const index = Math.max(
      0,
      queue.findIndex(({ options }) => options.priority === 'write'),
    )
    const [item] = queue.splice(index, 1)
    if (item === undefined) return
    isBusy = true
    sent.push({ request: item.request, options: item.options, atMs: clock.monotonicMs() })
    const reply = line.answer(item.request)
    const afterMs = reply === 'silence' ? item.options.deadlineMs : 'afterMs' in reply ? (reply.afterMs ?? 10) : 10
    clock.after(afterMs, () => {
      isBusy = false
      if (reply === 'silence') item.settle(fail('timeout'))
      else if ('fault' in reply) item.settle(fail(reply.fault))
      else if ('exception' in reply) item.settle(fail('exception', reply.exception))
      else
        item.settle({
          ok: true,
          words: reply.words,
          atMs: clock.nowMs(),
          turnaroundMs: afterMs,
          completeMs: afterMs,
        })
      pump()
    })
  }

  const line: FakeLine = {
    id,
    sent,
    answer,
    transact: (request, options) =>
      new Promise((settle) => {
        if (state !== 'connected') {
          settle(fail(state === 'closed' ? 'closed' : 'offline'))
          return
        }
        queue.push({ request, options, settle })
        pump()
      }),
    status: () => ({ state, problem, reconnects: 0, bytesSent: 0, bytesReceived: 0 }),
    onEvent(listener) {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
    onFrame: () => () => undefined,
    close: () => Promise.resolve(),
    setState(next, why) {
      state = next
      problem = why === undefined ? null : said(id, why)
      line.emit(
        next === 'connected'
          ? { kind: 'connected', atMs: clock.nowMs() }
          : { kind: 'disconnected', atMs: clock.nowMs(), problem: said(id, why ?? 'gone') },
      )
    },
    emit(event) {
      for (const listener of listeners) listener(event)
    },
  }
  return line
}

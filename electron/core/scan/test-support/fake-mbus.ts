import { encodeTelegram, type RecordToEncode } from '../../../../shared/mbus/encode-telegram.ts'
import type { LinkFrame } from '../../../../shared/mbus/link-frame.ts'
import type { Clock } from '../../ports.ts'
import type { LineEvent } from '../../lines/field-line.ts'
import type { MbusLine, MbusOutcome } from '../../lines/mbus-line.ts'

export interface FakeMbusMeter {
  readonly primary: number
  readonly id: string
  readonly manufacturer?: string
  readonly medium?: number
  readonly records?: readonly RecordToEncode[]
  /** It is found by its primary address only. */
  readonly ignoresSelection?: boolean
}

const selectedAddress = 253
/** An M-Bus where whoever hears its address answers; the data of several at once is a collision, their acknowledgements are one. Each exchange takes 50 ms. */
export const createFakeMbusLine = (id: string, clock: Clock, meters: readonly FakeMbusMeter[]) => {
  const sent: LinkFrame[] = []
  let state: 'connected' | 'disconnected' = 'connected'
  let selected = new Set<FakeMbusMeter>()
  let last: Promise<unknown> = Promise.resolve()
  const listeners = new Set<(event: LineEvent) => void>()

  const hears = (address: number): FakeMbusMeter[] =>
    meters.filter((meter) => (address === selectedAddress ? selected.has(meter) : meter.primary === address))
  const fits = ({ id: number, ignoresSelection }: FakeMbusMeter, data: Uint8Array): boolean => {
    const wanted = [3, 2, 1, 0].map((at) => (data[at] ?? 0).toString(16).padStart(2, '0').toUpperCase()).join('')
    return ignoresSelection !== true && [...wanted].every((digit, at) => digit === 'F' || digit === number[at])
  }
  const answer = (frame: LinkFrame): MbusOutcome => {
    const atMs = clock.nowMs()
    const fault = (kind: 'timeout' | 'collision' | 'offline', message: string): MbusOutcome => ({
      ok: false,
      fault: { kind, code: null, message },
      atMs,
    })
    if (state !== 'connected') return fault('offline', 'the converter is gone')
    const ack: MbusOutcome = { ok: true, frame: { kind: 'ack' }, atMs, turnaroundMs: 40 }
    if (frame.kind === 'ack') return fault('timeout', 'silence')
    if (frame.kind !== 'short') {
      selected = new Set(meters.filter((meter) => fits(meter, frame.data)))
      return selected.size > 0 ? ack : fault('timeout', 'silence')
    }
    const speaking = hears(frame.address)
    if (speaking.length === 0) return fault('timeout', 'silence')
    if (frame.control === 0x40) {
      if (frame.address === selectedAddress) selected = new Set()
      return ack
    }
    const [meter] = speaking
    if (meter === undefined || speaking.length > 1) return fault('collision', 'several answered at once')
    const { primary, manufacturer = 'TST', medium = 2, records = [] } = meter
    return {
      ok: true,
      atMs,
      turnaroundMs: 40,
      frame: {
        kind: 'long',
        control: 0x08,
        address: primary,
        ci: 0x72,
        data: encodeTelegram({ id: meter.id, manufacturer, version: 3, medium, accessNumber: 1 }, records),
      },
    }
  }
  const exchange: MbusLine['exchange'] = (frame) =>
    new Promise((resolve) => {
      sent.push(frame)
      clock.after(50, () => {
        resolve(answer(frame))
      })
    })
  const line: MbusLine = {
    id,
    answerMs: 200,
    exchange: (frame, options) => line.converse((run) => run(frame, options)),
    converse: (task) => {
      const turn = last.then(() => task(exchange))
      last = turn.catch(() => undefined)
      return turn
    },
    status: () => ({
      state,
      problem: state === 'connected' ? null : { kind: 'closed', where: 'the converter' },
      reconnects: 0,
      bytesSent: 0,
      bytesReceived: 0,
    }),
    onEvent: (listener) => {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
    onFrame: () => () => undefined,
    close: () => Promise.resolve(),
  }
  return {
    line,
    sent,
    lose: () => {
      state = 'disconnected'
    },
  }
}

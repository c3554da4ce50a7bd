import { createExchangeCounter } from '../../../core/acquisition/exchange-counts.ts'
import { createLineLoop } from '../../../core/acquisition/line-loop.ts'
import { linkHabits } from '../../../core/acquisition/link-habits.ts'
import { createPolledDevice } from '../../../core/acquisition/polled-device.ts'
import type { ModbusLine } from '../../../core/lines/modbus-line.ts'
import { createFakeClock } from '../../../core/test-support/fake-clock.ts'
import type { MeterProfile } from '../../../../shared/profile/meter-profile.ts'
import { registerSpan } from '../../../../shared/profile/register.ts'
import { seededRandom } from '../../../../shared/test-support/seeded-random.ts'
import { createLine } from '../line.ts'
import { timingOf } from '../line-timing.ts'
import { createAdversary, type FaultKind, type Transport, type Values } from './adversary.ts'
import { createMemoryChannel } from './memory-channel.ts'
import { quietLog } from './quiet-log.ts'

export interface SessionWish {
  readonly profile: MeterProfile
  readonly transport: Transport
  readonly fault: FaultKind
  readonly rate: number
  readonly values: Values
  /** Only listed registers are answered; else all of them are. */
  readonly isStrict: boolean
  readonly seed: number
  /** Block reads after which the session ends. */
  readonly reads: number
  /** Told each frame and each wrong value, for looking into one session. */
  readonly trace?: (what: string) => void
}

export interface SessionResult {
  readonly reads: number
  readonly good: number
  /** Reads that could have been good: as many as the share of replies that came whole and in time. */
  readonly possible: number
  readonly wrong: readonly string[]
  readonly requests: number
  readonly virtualMs: number
}

const lineOf = (transport: Transport) =>
  transport === 'serial'
    ? ({ transport, id: 'l', path: '/dev/x', baud: 19_200, parity: 'none', stopBits: 1, localEcho: false } as const)
    : ({ transport, id: 'l', host: 'h', port: 1 } as const)

const knowsOf = (profile: MeterProfile, isStrict: boolean) => {
  const listed = new Set<string>()
  for (const register of Object.values(profile.quantities)) {
    const { first, width } = registerSpan(register)
    const functionCode = (register.space ?? profile.space) === 'holding' ? 3 : 4
    for (let address = first; address < first + width; address += 1)
      for (const each of profile.line.bothFunctions === true ? [3, 4] : [functionCode])
        listed.add(`${String(each)}:${String(address)}`)
  }
  return (_unit: number, functionCode: number, address: number, count: number): boolean => {
    const { line } = profile
    if (count > line.maxRegisters || (line.evenOnly && (address % 2 !== 0 || count % 2 !== 0))) return false
    if (!isStrict) return functionCode === 3 || functionCode === 4
    let gap = 0
    for (let at = address; at < address + count; at += 1) {
      gap = listed.has(`${String(functionCode)}:${String(at)}`) ? 0 : gap + 1
      if (gap > line.maxGap || line.holes.some(([first, last]) => at >= first && at <= last)) return false
    }
    return true
  }
}

/** One meter, polled as the product polls it, over a line whose far side is the adversary, in virtual time. */
export const playSession = async (wish: SessionWish): Promise<SessionResult> => {
  const { profile, transport } = wish
  const random = seededRandom(wish.seed)
  const clock = createFakeClock()
  const siteLine = lineOf(transport)
  const adversary = createAdversary(clock, {
    ...wish,
    knows: knowsOf(profile, wish.isStrict),
    // Half of the devices do not do what their maker says.
    isTwin: profile.line.bothFunctions === true && wish.seed % 2 === 0,
    turnaroundMs: () => 15 + random() * 20,
    random,
  })
  const channel = createMemoryChannel(clock, adversary.hear)
  const line = createLine(
    {
      id: 'l',
      framing: transport === 'tcp' ? 'mbap' : 'rtu',
      timing: timingOf(siteLine),
      localEcho: false,
      isNetwork: transport !== 'serial',
    },
    channel,
    { clock, log: quietLog, random },
  )
  const trace = (what: string): void => wish.trace?.(`${clock.monotonicMs().toFixed(1)} ${what}`)
  if (wish.trace !== undefined)
    line.onFrame(({ direction, bytes }) => {
      trace(`${direction} ${Buffer.from(bytes.subarray(0, 12)).toString('hex')} (${String(bytes.length)})`)
    })
  let reads = 0
  let good = 0
  const wrong: string[] = []
  const watched: ModbusLine = {
    ...line,
    async transact(request, options) {
      const from = adversary.served()
      const fromMs = clock.monotonicMs()
      const outcome = await line.transact(request, options)
      reads += 1
      trace(`${JSON.stringify({ ...request, ok: outcome.ok, why: outcome.ok ? '' : outcome.fault.kind })}`)
      if (!outcome.ok || !('count' in request)) return outcome
      const { unit, functionCode, address } = request
      const bad = outcome.words.findIndex(
        (word, index) => !adversary.isRight(unit, functionCode, address + index, word, from, fromMs),
      )
      if (bad < 0 && outcome.words.length === request.count) good += 1
      else {
        trace('WRONG')
        wrong.push(
          `${profile.id} ${transport} ${wish.fault} ${String(wish.rate)} ${wish.values} strict ${String(wish.isStrict)} seed ${String(wish.seed)}: register ${String(address + bad)} at ${String(Math.round(clock.monotonicMs()))} ms`,
        )
      }
      return outcome
    },
  }
  const counter = createExchangeCounter()
  const device = createPolledDevice(
    {
      kind: 'meter',
      id: 'm',
      lineId: 'l',
      unit: 1,
      periodMs: 1000,
      link: linkHabits(siteLine, profile.line.timeoutMs),
      heldUp: { untilMs: -Infinity },
      profile,
      mayAsk: () => true,
    },
    watched,
    counter,
    { accept: () => undefined, miss: () => undefined, done: () => undefined },
    clock,
  )
  const loop = createLineLoop(watched, [device], clock, quietLog)
  loop.start(0)
  const startMs = clock.monotonicMs()
  while (reads < wish.reads) await clock.advance(1000)
  const virtualMs = clock.monotonicMs() - startMs
  const stopping = loop.stop()
  await clock.advance(20_000)
  await stopping
  const closing = line.close()
  await clock.advance(10)
  await closing
  const { requests, inTime } = adversary.counts
  return { reads, good, possible: (reads * inTime) / Math.max(1, requests), wrong, requests, virtualMs }
}

import { describe, expect, it } from 'vitest'
import type { ExchangeOutcome, ModbusRequest } from '../../core/lines/modbus-line.ts'
import type { LineEvent } from '../../core/lines/field-line.ts'
import { createFakeClock } from '../../core/test-support/fake-clock.ts'
import { createLine } from './line.ts'
import { timingOf } from './line-timing.ts'
import { createMemoryChannel } from './test-support/memory-channel.ts'
import { quietLog } from './test-support/quiet-log.ts'
import { answerAscii } from './test-support/ascii-slave.ts'
import { answerRtu, seeded, wordAt, type SlaveRules } from './test-support/raw-slave.ts'

const serial = {
  transport: 'serial',
  id: 'bus',
  path: '/dev/x',
  baud: 9600,
  parity: 'none',
  stopBits: 1,
  localEcho: false,
} as const
const ascii = { ...serial, framing: 'ascii' } as const
const gateway = { transport: 'rtu-over-tcp', id: 'bus', host: 'h', port: 1 } as const

type Bus = typeof serial | typeof ascii | typeof gateway
type Order = 'in-turn' | 'out-of-turn'

/** One bus with three meters whose replies are late, lost or doubled by chance; every ok answer must be the one asked for. */
const play = async (seed: number, line: Bus, order: Order, rules: SlaveRules, deadlineMs: number) => {
  const random = seeded(seed)
  const clock = createFakeClock()
  let busyUntilMs = 0
  const channel = createMemoryChannel(clock, (bytes, far) => {
    const reply = (line === ascii ? answerAscii : answerRtu)(bytes, rules)
    if (reply === null) return
    const fate = random()
    if (fate < 0.1) return
    // Out of turn, a device answers most requests at once and a few much later, as if it had two minds.
    const promptShare = order === 'in-turn' ? 0.45 : 0.85
    const delayMs = fate < promptShare ? 5 + random() * 40 : random() * 6 * deadlineMs
    const startMs = order === 'in-turn' ? Math.max(busyUntilMs, clock.monotonicMs()) : clock.monotonicMs()
    busyUntilMs = startMs + delayMs
    clock.after(busyUntilMs - clock.monotonicMs(), () => {
      far.receive(reply)
    })
  })
  const events: LineEvent[] = []
  const bus = createLine(
    {
      id: 'bus',
      framing: line === ascii ? 'ascii' : 'rtu',
      timing: timingOf(line),
      localEcho: false,
      isNetwork: line === gateway,
    },
    channel,
    { clock, log: quietLog, random },
  )
  bus.onEvent((event) => events.push(event))
  await clock.advance(5)
  let good = 0
  const wrong: string[] = []
  for (let step = 0; step < 80; step += 1) {
    const request: ModbusRequest = {
      unit: 1 + Math.floor(random() * 3),
      functionCode: 3,
      address: [0, 100, 200, 300][Math.floor(random() * 4)] ?? 0,
      count: 10,
    }
    let outcome: ExchangeOutcome | null = null
    void bus.transact(request, { deadlineMs, priority: 'read', maxRegisters: 40 }).then((result) => {
      outcome = result
    })
    for (let wait = 0; wait < 400 && outcome === null; wait += 1) await clock.advance(25)
    // As a poll does: what is not believed is told at once, and asked again on the next beat.
    await clock.advance(250)
    const settled = outcome as ExchangeOutcome | null
    if (settled === null) throw new Error(`seed ${String(seed)}: the request never settled`)
    if (!settled.ok) continue
    good += 1
    const expected = Array.from({ length: 10 }, (_, index) => wordAt(request.unit, request.address + index))
    if (settled.words.join() !== expected.join())
      wrong.push(
        `seed ${String(seed)} step ${String(step)}: unit ${String(request.unit)} at ${String(request.address)} got ${settled.words[0]?.toString(16) ?? '-'}`,
      )
  }
  const closing = bus.close()
  await clock.advance(5)
  await closing
  return { good, wrong, late: events.filter((event) => event.kind === 'late-reply').length }
}

const playMany = async (seeds: number, ...rest: [Bus, Order, SlaveRules, number]) => {
  const total = { good: 0, late: 0, wrong: [] as string[] }
  for (let seed = 1; seed <= seeds; seed += 1) {
    const result = await play(seed, ...rest)
    total.good += result.good
    total.late += result.late
    total.wrong.push(...result.wrong)
  }
  return total
}

describe('a late reply of a serial bus never lands on another register or meter', () => {
  const slaves = [
    ['that answers in turn', 'in-turn', {}],
    ['that answers in turn and refuses longer reads', 'in-turn', { maxRegisters: 10 }],
    ['that answers in turn and is silent to longer reads', 'in-turn', { maxRegisters: 10, tooLong: 'silence' }],
    ['that answers out of turn', 'out-of-turn', {}],
  ] as const
  for (const [name, order, rules] of slaves) {
    for (const line of [serial, ascii, gateway]) {
      it(`${line === ascii ? 'ASCII' : line.transport}, a slave ${name}`, async () => {
        const { good, late, wrong } = await playMany(60, line, order, rules, 200)
        expect(wrong).toEqual([])
        // The scenario is worth its name only if much went well and much came late.
        expect(good).toBeGreaterThan(200)
        expect(late).toBeGreaterThan(100)
      })
    }
  }

  it('reports the late reply with the unit in it, and reads right again at the next poll', async () => {
    const clock = createFakeClock()
    const events: LineEvent[] = []
    let delayMs = 700
    const channel = createMemoryChannel(clock, (bytes, far) => {
      const reply = answerRtu(bytes)
      clock.after(delayMs, () => {
        if (reply !== null) far.receive(reply)
      })
      delayMs = 5
    })
    const bus = createLine(
      { id: 'bus', framing: 'rtu', timing: timingOf(serial), localEcho: false, isNetwork: false },
      channel,
      { clock, log: quietLog, random: () => 0.5 },
    )
    bus.onEvent((event) => events.push(event))
    await clock.advance(5)
    const read = async (address: number): Promise<ExchangeOutcome> => {
      let outcome: ExchangeOutcome | null = null
      void bus
        .transact({ unit: 7, functionCode: 4, address, count: 2 }, { deadlineMs: 500, priority: 'read' })
        .then((result) => {
          outcome = result
        })
      for (let wait = 0; wait < 100 && outcome === null; wait += 1) await clock.advance(10)
      return outcome ?? expect.fail('never settled')
    }
    expect(await read(0)).toMatchObject({ ok: false, fault: { kind: 'timeout' } })
    expect(await read(50)).toMatchObject({ ok: true, words: [wordAt(7, 50), wordAt(7, 51)] })
    await clock.advance(500)
    expect(events).toContainEqual(expect.objectContaining({ kind: 'late-reply', unit: 7 }))
    expect(await read(100)).toMatchObject({ ok: true, words: [wordAt(7, 100), wordAt(7, 101)] })
    await bus.close()
  })

  it('believes nothing while a late reply could be taken for it and the device refuses longer reads; and reads right when that has come', async () => {
    const clock = createFakeClock()
    const events: LineEvent[] = []
    let asked = 0
    const channel = createMemoryChannel(clock, (bytes, far) => {
      const reply = answerRtu(bytes, { maxRegisters: 4 })
      const isFullRead = bytes[5] === 4
      if (isFullRead) asked += 1
      // The first read is answered at 700 ms, long after its deadline, and after what was asked later.
      const delayMs = isFullRead && asked === 1 ? 700 : 5
      clock.after(delayMs, () => {
        if (reply !== null) far.receive(reply)
      })
    })
    const bus = createLine(
      { id: 'bus', framing: 'rtu', timing: timingOf(serial), localEcho: false, isNetwork: false },
      channel,
      { clock, log: quietLog, random: () => 0.5 },
    )
    bus.onEvent((event) => events.push(event))
    await clock.advance(5)
    const outcomes: ExchangeOutcome[] = []
    const read = async (address: number, ms: number): Promise<void> => {
      void bus
        .transact({ unit: 7, functionCode: 3, address, count: 4 }, { deadlineMs: 500, priority: 'read' })
        .then((outcome) => outcomes.push(outcome))
      await clock.advance(ms)
    }
    await read(0, 550)
    await read(50, 450)
    expect(asked).toBe(1)
    await read(50, 1000)
    expect(outcomes).toMatchObject([
      { ok: false, fault: { kind: 'timeout' } },
      { ok: false, fault: { kind: 'doubtful' } },
      { ok: true, words: [50, 51, 52, 53].map((address) => wordAt(7, address)) },
    ])
    expect(events).toContainEqual(expect.objectContaining({ kind: 'late-reply', unit: 7 }))
    expect(asked).toBe(2)
    await bus.close()
  })
})

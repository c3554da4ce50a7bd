import { expect, it } from 'vitest'
import type { ExchangeOutcome, ModbusRequest, ReadRoom } from '../../core/lines/modbus-line.ts'
import { createFakeClock } from '../../core/test-support/fake-clock.ts'
import { createLine } from './line.ts'
import { timingOf } from './line-timing.ts'
import { createMemoryChannel, type MemoryChannel } from './test-support/memory-channel.ts'
import { quietLog } from './test-support/quiet-log.ts'
import { answerRtu, wordAt, type SlaveRules } from './test-support/raw-slave.ts'

/** A reply that is another request's, one situation after the other; all of them at once are in replies.fuzz.test.ts. */
type Answer = (reply: Uint8Array, asked: number, far: MemoryChannel) => void

const prepare = async (answer: Answer, rules: SlaveRules = {}) => {
  const clock = createFakeClock()
  const asked: Uint8Array[] = []
  const channel = createMemoryChannel(clock, (bytes, far) => {
    asked.push(bytes)
    const reply = answerRtu(bytes, rules)
    if (reply !== null) answer(reply, asked.length, far)
  })
  const gateway = { transport: 'rtu-over-tcp', id: 'bus', host: 'h', port: 1 } as const
  const line = createLine(
    { id: 'bus', framing: 'rtu', timing: timingOf(gateway), localEcho: false, isNetwork: true },
    channel,
    { clock, log: quietLog, random: () => 0.5 },
  )
  await clock.advance(5)
  const read = async (address: number, count: number, room?: ReadRoom, largest = count): Promise<ExchangeOutcome> => {
    let outcome: ExchangeOutcome | null = null
    const request: ModbusRequest = { unit: 1, functionCode: 4, address, count }
    const options = {
      deadlineMs: 500,
      priority: 'read',
      maxRegisters: largest,
      ...(room === undefined ? {} : { room: () => room }),
    }
    void line.transact(request, options as Parameters<typeof line.transact>[1]).then((result) => {
      outcome = result
    })
    for (let wait = 0; wait < 400 && outcome === null; wait += 1) await clock.advance(5)
    return outcome ?? expect.fail('never settled')
  }
  return { clock, asked, read, line, after: (ms: number, task: () => void) => clock.after(ms, task) }
}

const words = (address: number, count: number): number[] =>
  Array.from({ length: count }, (_, index) => wordAt(1, address + index))
const room = (first: number, end: number, step: number): ReadRoom => ({
  first,
  end,
  isEvenOnly: false,
  edges: Array.from({ length: (end - first) / step + 1 }, (_, index) => first + index * step),
  cuts: Array.from({ length: (end - first) / step + 1 }, (_, index) => first + index * step),
})

for (const delayMs of [0, 10, 60])
  it(`a reply that comes twice, ${String(delayMs)} ms apart, is never taken for that of other registers`, async () => {
    const bench = await prepare((reply, _, far) => {
      for (const afterMs of [20, 20 + delayMs])
        bench.after(afterMs, () => {
          far.receive(reply)
        })
    })
    // Blocks of one length that the device answers in no other: an Eastron SDM120.
    for (let round = 0; round < 5; round += 1)
      for (const address of [0, 6, 12, 18, 24])
        expect(await bench.read(address, 2)).toMatchObject({ ok: true, words: words(address, 2) })
    await bench.line.close()
  })

it('a reply with the one before it glued in front is read, and nothing of the one before', async () => {
  let before = new Uint8Array()
  const bench = await prepare((reply, _, far) => {
    const both = Uint8Array.from([...before, ...reply])
    before = Uint8Array.from(reply)
    bench.after(20, () => {
      far.receive(both)
    })
  })
  for (let round = 0; round < 5; round += 1)
    for (const address of [0, 6, 12, 18, 24])
      expect(await bench.read(address, 2)).toMatchObject({ ok: true, words: words(address, 2) })
  await bench.line.close()
})

it('registers that say the same as others (all 0) are read, though a copy would look the same', async () => {
  const zero = (reply: Uint8Array): Uint8Array => {
    const body = answerRtu(Uint8Array.of(1, 4, 0, 0, 0, 2))
    return body === null ? reply : Uint8Array.of(1, 4, 4, 0, 0, 0, 0, 0xfb, 0x84)
  }
  const bench = await prepare((reply, _, far) => {
    bench.after(20, () => {
      far.receive(zero(reply))
    })
  })
  for (let round = 0; round < 6; round += 1)
    for (const address of [0, 6, 12]) {
      const outcome = await bench.read(address, 2)
      expect(outcome).toMatchObject({ ok: true, words: [0, 0] })
    }
  // One question more for each of the two that say what the first said, and no more after that.
  expect(bench.asked.length).toBe(6 * 3 + 2)
  await bench.line.close()
})

it('after a lost reply a block at the largest length is read in two of unlike lengths, and the late reply lands nowhere', async () => {
  const bench = await prepare(
    (reply, asked, far) => {
      bench.after(asked === 1 ? 1200 : 20, () => {
        far.receive(reply)
      })
    },
    { maxRegisters: 10 },
  )
  const blocks = room(0, 40, 2)
  expect(await bench.read(0, 10, blocks)).toMatchObject({ ok: false, fault: { kind: 'timeout' } })
  for (let poll = 0; poll < 40; poll += 1) {
    const address = 10 * (poll % 4)
    expect(await bench.read(address, 10, blocks)).toMatchObject({ ok: true, words: words(address, 10) })
    await bench.clock.advance(50)
  }
  const lengths = bench.asked.slice(1, 3).map((request) => request[5])
  expect(lengths.reduce<number>((sum, length) => sum + (length ?? 0), 0)).toBeGreaterThanOrEqual(10)
  expect(new Set([10, ...lengths]).size).toBe(3)
  await bench.line.close()
})

it('the same registers are asked for in another length than the time before, where the device is known to answer one', async () => {
  const bench = await prepare((reply, _, far) => {
    bench.after(20, () => {
      far.receive(reply)
    })
  })
  const blocks = room(0, 12, 2)
  for (let poll = 0; poll < 4; poll += 1) await bench.read(0, 10, blocks, 12)
  const lengths = bench.asked.map((request) => request[5])
  for (const [index, length] of lengths.entries()) expect(length).not.toBe(lengths[index - 1])
  await bench.line.close()
})

it('what was sent after the request that was answered is not passed over by its answer', async () => {
  const { passBefore } = await import('./unanswered.ts')
  const asked = (sentAtMs: number) => ({
    shape: { unit: 1, functionCode: 4, key: '010404' },
    place: '1:4:0:2',
    sentAtMs,
    isTrial: false,
    isPassed: false,
    isCountedLost: false,
  })
  expect(passBefore([asked(10), asked(20), asked(30)], 1, 20).map(({ isPassed }) => isPassed)).toEqual([
    true,
    false,
    false,
  ])
})

import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import type { ExchangeOutcome, ModbusRequest } from '../../core/lines/modbus-line.ts'
import type { LineEvent } from '../../core/lines/field-line.ts'
import { createFakeClock } from '../../core/test-support/fake-clock.ts'
import { createLine } from './line.ts'
import { timingOf } from './line-timing.ts'
import { createMemoryChannel } from './test-support/memory-channel.ts'
import { freePort, hasPymodbus, missingPeer, startPymodbus, type Peer } from './test-support/peers.ts'
import { quietLog } from './test-support/quiet-log.ts'
import { answerRtu, sealed, wordAt } from './test-support/raw-slave.ts'
import { openLine, until } from './test-support/real-line.ts'

const site = { transport: 'tcp', id: 'l', host: 'h', port: 502 } as const
const read = (unit: number, address: number, count = 2): ModbusRequest => ({ unit, functionCode: 3, address, count })
const write = (unit: number, address: number): ModbusRequest => ({ unit, functionCode: 6, address, words: [7] })
const wordsOf = (unit: number, address: number, count = 2) =>
  Array.from({ length: count }, (_, index) => wordAt(unit, address + index))

/** A slave of the standard's text behind a Modbus TCP header; `play` decides when each reply goes back, and what else. */
const open = (
  pipeline: number,
  play: (reply: Uint8Array, say: (afterMs: number, bytes: Uint8Array) => void, index: number) => void,
) => {
  const clock = createFakeClock()
  const sent: {
    readonly unit: number
    readonly functionCode: number
    readonly address: number
    readonly atMs: number
  }[] = []
  const events: LineEvent[] = []
  let most = 0
  let open = 0
  const channel = createMemoryChannel(clock, (frame, far) => {
    sent.push({
      unit: frame[6] ?? -1,
      functionCode: frame[7] ?? -1,
      address: (frame[8] ?? 0) * 256 + (frame[9] ?? 0),
      atMs: clock.monotonicMs(),
    })
    open += 1
    most = Math.max(most, open)
    const body = (answerRtu(sealed([...frame.subarray(6)])) ?? new Uint8Array()).subarray(0, -2)
    const reply = Uint8Array.from([...frame.subarray(0, 4), body.length >> 8, body.length & 0xff, ...body])
    play(
      reply,
      (afterMs, bytes) => {
        clock.after(afterMs, () => {
          far.receive(bytes)
        })
      },
      sent.length - 1,
    )
  })
  const line = createLine(
    { id: 'l', framing: 'mbap', timing: timingOf(site), localEcho: false, isNetwork: true, pipeline },
    channel,
    { clock, log: quietLog, random: () => 0.5 },
  )
  line.onEvent((event) => events.push(event))
  const ask = (
    request: ModbusRequest,
    priority: 'read' | 'write' = 'read',
    deadlineMs = 300,
    quietMs = 0,
  ): Promise<ExchangeOutcome> =>
    line.transact(request, { deadlineMs, priority, quietMs }).then((outcome) => {
      open -= 1
      return outcome
    })
  return { clock, line, channel, sent, events, ask, most: () => most }
}
const words = (outcome: ExchangeOutcome) => (outcome.ok ? [...outcome.words] : outcome.fault.kind)

describe('requests sent ahead on a Modbus TCP line', () => {
  it('are off unless the site file asks for them, and never more than it asks for', async () => {
    for (const pipeline of [1, 2, 8]) {
      const { clock, ask, most } = open(pipeline, (reply, say) => {
        say(50, reply)
      })
      const asked = Array.from({ length: 20 }, (_, index) => ask(read(1, index)))
      await clock.advance(2000)
      expect((await Promise.all(asked)).map(words)).toEqual(Array.from({ length: 20 }, (_, index) => wordsOf(1, index)))
      expect(most()).toBe(pipeline)
    }
  })

  it('each get their own reply, in whatever order and pieces the replies come, and none gets one that was lost', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 2, max: 8 }),
        fc.array(
          fc.record({
            unit: fc.integer({ min: 1, max: 4 }),
            address: fc.nat(200),
            delayMs: fc.integer({ min: 1, max: 500 }),
            isLost: fc.boolean(),
            cut: fc.nat(12),
            isTwice: fc.boolean(),
          }),
          { minLength: 1, maxLength: 20 },
        ),
        async (pipeline, list) => {
          // One after the other on the stream: TCP keeps bytes in order, so a reply is cut, never mixed with another.
          const { clock, ask } = open(pipeline, (reply, say, index) => {
            const wanted = list[index]
            if (wanted === undefined || wanted.isLost) return
            say(wanted.delayMs, reply.subarray(0, wanted.cut))
            say(wanted.delayMs, reply.subarray(wanted.cut))
            if (wanted.isTwice) say(wanted.delayMs + 7, reply)
          })
          const asked = list.map(({ unit, address }) => ask(read(unit, address)))
          await clock.advance(20 * 700)
          for (const [index, outcome] of (await Promise.all(asked)).entries()) {
            const wanted = list[index] ?? expect.fail('no such request')
            if (outcome.ok) expect([...outcome.words]).toEqual(wordsOf(wanted.unit, wanted.address))
            else expect(['timeout', 'malformed', 'offline']).toContain(outcome.fault.kind)
          }
        },
      ),
      { numRuns: 200 },
    )
  })

  it('keep the order within a unit around a write, which goes before all reads that wait', async () => {
    const { clock, ask, sent } = open(3, (reply, say) => {
      say(40, reply)
    })
    const order: string[] = []
    const note = (name: string) => () => {
      order.push(name)
    }
    for (const address of [0, 10, 20, 30]) void ask(read(1, address)).then(note(`read ${String(address)}`))
    await clock.advance(5)
    expect(sent).toHaveLength(3)
    void ask(write(1, 99), 'write').then(note('write'))
    void ask(read(1, 99)).then(note('read back'))
    void ask(read(2, 5)).then(note('other unit'))
    await clock.advance(1000)
    const at = (functionCode: number, unit: number, address: number) =>
      sent.findIndex((one) => one.functionCode === functionCode && one.unit === unit && one.address === address)
    // Three reads were under way already; the write is the fourth to be sent, and nothing of its unit is sent until it is answered.
    expect(at(6, 1, 99)).toBe(3)
    const answeredMs = (sent[3]?.atMs ?? 0) + 40
    for (const one of sent.slice(4).filter(({ unit }) => unit === 1))
      expect(one.atMs).toBeGreaterThanOrEqual(answeredMs)
    expect(order.indexOf('write')).toBeLessThan(order.indexOf('read back'))
    expect(at(3, 2, 5)).toBeLessThan(at(3, 1, 99))
  })

  it('give the line alone to a device that wants silence between requests, and it does not wait for ever', async () => {
    const { clock, ask, sent } = open(4, (reply, say) => {
      say(20, reply)
    })
    const asked = [
      ...Array.from({ length: 6 }, (_, index) => ask(read(1, index))),
      ask(read(9, 0), 'read', 300, 30),
      ...Array.from({ length: 6 }, (_, index) => ask(read(2, index))),
    ]
    await clock.advance(1000)
    expect((await Promise.all(asked)).every(({ ok }) => ok)).toBe(true)
    const alone = sent.find(({ unit }) => unit === 9)?.atMs ?? 0
    for (const { unit, atMs } of sent) if (unit !== 9) expect(Math.abs(atMs - alone)).toBeGreaterThanOrEqual(20)
  })

  it('tell late, second and unasked replies apart', async () => {
    const { clock, ask, events } = open(2, (reply, say, index) => {
      say(index === 0 ? 500 : 10, reply)
      if (index === 1) say(20, reply)
      if (index === 2) say(10, Uint8Array.from([0x77, 0x77, ...reply.subarray(2)]))
    })
    const asked = [ask(read(1, 0)), ask(read(2, 0)), ask(read(3, 0))]
    await clock.advance(1000)
    expect((await Promise.all(asked)).map(words)).toEqual(['timeout', wordsOf(2, 0), wordsOf(3, 0)])
    expect(events).toContainEqual(expect.objectContaining({ kind: 'late-reply', unit: 1, afterMs: 500 }))
    expect(events).toContainEqual(expect.objectContaining({ kind: 'stray', why: 'duplicate' }))
    expect(events).toContainEqual(expect.objectContaining({ kind: 'stray', why: 'unknown-transaction' }))
  })

  it('all end at once when the connection goes, and reading goes on when it is back', async () => {
    let isUp = true
    const { clock, ask, channel } = open(4, (reply, say) => {
      if (isUp) say(50, reply)
    })
    const lost = Array.from({ length: 6 }, (_, index) => ask(read(1, index)))
    await clock.advance(10)
    isUp = false
    channel.drop('gone')
    await clock.settle()
    expect((await Promise.all(lost)).map(words)).toEqual(Array<string>(6).fill('offline'))
    isUp = true
    await clock.advance(500)
    const again = ask(read(1, 3))
    await clock.advance(100)
    expect(words(await again)).toEqual(wordsOf(1, 3))
  })
})

describe.skipIf(missingPeer('python3-pymodbus', hasPymodbus, 'python3-pymodbus python3-serial-asyncio'))(
  'requests sent ahead to pymodbus',
  () => {
    let peer: Peer | null = null
    afterEach(async () => {
      await peer?.stop()
    })

    it('every one of two hundred brings its own registers', async () => {
      const port = await freePort()
      peer = await startPymodbus('tcp', String(port))
      const { line } = openLine({ transport: 'tcp', id: 'l', host: '127.0.0.1', port, pipeline: 8 })
      await until('the line', () => line.status().state === 'connected')
      const outcomes = await Promise.all(
        Array.from({ length: 200 }, async (_, index) => {
          const [unit, address, count] = [[1, 2, 9][index % 3] ?? 1, index % 90, 1 + (index % 9)]
          const outcome = await line.transact(
            { unit, functionCode: 3, address, count },
            { deadlineMs: 5000, priority: 'read' },
          )
          return { outcome, expected: Array.from({ length: count }, (__, offset) => unit * 4096 + address + offset) }
        }),
      )
      for (const { outcome, expected } of outcomes) expect(outcome).toMatchObject({ ok: true, words: expected })
      await line.close()
    })
  },
)

import { describe, expect, it } from 'vitest'
import type { ExchangeOutcome, ModbusRequest } from '../../core/lines/modbus-line.ts'
import type { LineEvent } from '../../core/lines/field-line.ts'
import { createFakeClock } from '../../core/test-support/fake-clock.ts'
import { createLine } from './line.ts'
import { timingOf } from './line-timing.ts'
import { createField, oneMeter, sdm630Words } from './test-support/field.ts'
import { createMemoryChannel, type MemoryChannel } from './test-support/memory-channel.ts'
import { quietLog } from './test-support/quiet-log.ts'

const tcp = { transport: 'tcp', id: 'lan', host: 'h', port: 1 } as const

const replyTo = (request: Uint8Array, words: readonly number[]): Uint8Array => {
  const body = [request[6] ?? 0, request[7] ?? 0, words.length * 2, ...words.flatMap((word) => [word >> 8, word & 255])]
  return Uint8Array.from([...request.subarray(0, 4), body.length >> 8, body.length & 255, ...body])
}
const countOf = (request: Uint8Array): number => (request[10] ?? 0) * 256 + (request[11] ?? 0)

const prepare = async (answer: (request: Uint8Array, far: MemoryChannel, asked: number) => void) => {
  const clock = createFakeClock()
  let asked = 0
  const channel = createMemoryChannel(clock, (bytes, far) => {
    asked += 1
    answer(bytes, far, asked)
  })
  const events: LineEvent[] = []
  const line = createLine(
    { id: 'lan', framing: 'mbap', timing: timingOf(tcp), localEcho: false, isNetwork: true },
    channel,
    { clock, log: quietLog, random: () => 0.5 },
  )
  line.onEvent((event) => events.push(event))
  await clock.advance(5)
  const read = async (address: number, count: number): Promise<ExchangeOutcome> => {
    let outcome: ExchangeOutcome | null = null
    const request: ModbusRequest = { unit: 1, functionCode: 3, address, count }
    void line.transact(request, { deadlineMs: 300, priority: 'read' }).then((result) => {
      outcome = result
    })
    for (let wait = 0; wait < 400 && outcome === null; wait += 1) await clock.advance(5)
    return outcome ?? expect.fail('never settled')
  }
  return { clock, line, read, events }
}

describe('Modbus TCP out of step', () => {
  it('every fifth time costs no poll, and neither a storm of connections nor of reads', async () => {
    let asked = 0
    const spoil = (frame: Uint8Array): Uint8Array => {
      asked += 1
      return asked % 5 === 0 ? Uint8Array.from([0x55, ...frame]) : frame
    }
    const field = await createField(oneMeter(), ({ address, count }) => ({
      words: sdm630Words(address, count),
      afterMs: 20,
      spoil,
    }))
    await field.clock.advance(10_000)
    const askedBefore = field.asked.length
    let good = 0
    for (let second = 0; second < 60; second += 1) {
      await field.clock.advance(1000)
      if (['i_l1', 'i_l2', 'i_l3'].every((key) => field.keys('m').good.includes(key))) good += 1
    }
    expect(good).toBe(60)
    // Three blocks a second and some slow ones, and one in four once more.
    expect(field.asked.length - askedBefore).toBeLessThan(60 * 5)
    expect(field.events.filter(({ kind }) => kind === 'disconnected')).toEqual([])
    await field.stop()
  })

  it('a reply that was cut and filled up by a later one is not believed', async () => {
    let late: Uint8Array | null = null
    const bench = await prepare((request, far, asked) => {
      const reply = replyTo(
        request,
        Array.from({ length: countOf(request) }, (_, index) => 100 * asked + index),
      )
      if (asked === 1) late = reply
      else if (asked === 2) {
        bench.clock.after(10, () => {
          far.receive(reply.subarray(0, 13))
        })
        bench.clock.after(20, () => {
          far.receive(late ?? new Uint8Array())
        })
      } else
        bench.clock.after(10, () => {
          far.receive(reply)
        })
    })
    expect(await bench.read(0, 10)).toMatchObject({ ok: false, fault: { kind: 'timeout' } })
    expect(await bench.read(20, 10)).toMatchObject({ ok: false, fault: { kind: 'malformed', isOutOfStep: true } })
    expect(await bench.read(40, 2)).toMatchObject({ ok: true, words: [300, 301] })
    await bench.line.close()
  })

  it('a gateway with transaction numbers of its own is told so, and no reply of it is believed', async () => {
    let own = 7000
    const bench = await prepare((request, far) => {
      const reply = replyTo(request, [1, 2])
      own += 1
      reply[0] = own >> 8
      reply[1] = own & 255
      bench.clock.after(10, () => {
        far.receive(reply)
      })
    })
    const outcome = await bench.read(0, 2)
    expect(outcome).toMatchObject({ ok: false, fault: { kind: 'malformed' } })
    expect(outcome.ok ? '' : outcome.fault.message).toMatch(
      /transaction number 7001, asked was 1; the gateway answers with transaction numbers of its own/,
    )
    await bench.line.close()
  })
})

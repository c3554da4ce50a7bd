import { lineProblemText } from '../../../shared/said/line-problem.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFakeClock } from '../../core/test-support/fake-clock.ts'
import { crc16, withCrc } from '../../../shared/modbus/crc16.ts'
import { createLine } from './line.ts'
import { timingOf } from './line-timing.ts'
import { createMbapReceiver, encodeMbap } from './mbap.ts'
import { replyShape } from './reply-shape.ts'
import { cutAll } from './frame-receiver.ts'
import { createRtuReceiver } from './rtu-receiver.ts'
import { serialProblem } from './serial-channel.ts'
import { tcpProblem } from './tcp-channel.ts'
import { createMemoryChannel } from './test-support/memory-channel.ts'
import { quietLog } from './test-support/quiet-log.ts'
import { answerRtu, sealed, slowCrc } from './test-support/raw-slave.ts'

const bytes = (maxLength: number) => fc.uint8Array({ maxLength })
const cutAt = (stream: Uint8Array, cuts: readonly number[]): Uint8Array[] => {
  const places = [0, ...cuts.map((cut) => cut % (stream.length + 1)), stream.length].toSorted((a, b) => a - b)
  return places.slice(1).map((place, index) => stream.subarray(places[index], place))
}

describe('the check sum', () => {
  it("is that of the standard's published frames", () => {
    // Read of ten holding registers of unit 1, and of register 0x006B of unit 17, as in common Modbus tutorials.
    expect([...withCrc(Uint8Array.of(0x01, 0x03, 0x00, 0x00, 0x00, 0x0a))].slice(-2)).toEqual([0xc5, 0xcd])
    expect([...withCrc(Uint8Array.of(0x11, 0x03, 0x00, 0x6b, 0x00, 0x03))].slice(-2)).toEqual([0x76, 0x87])
  })
  it('equals the bitwise one for anything', () => {
    fc.assert(fc.property(bytes(300), (data) => crc16(data) === slowCrc(data)))
  })
})

describe('the RTU receiver', () => {
  const request = { unit: 3, functionCode: 3, address: 16, count: 8 } as const
  const reply = answerRtu(sealed([3, 3, 0, 16, 0, 8])) ?? new Uint8Array()

  it('finds the reply behind any noise, in any pieces', () => {
    fc.assert(
      fc.property(
        bytes(40).filter((noise) => noise[0] !== 3 && !noise.includes(3)),
        fc.array(fc.nat()),
        (noise, cuts) => {
          const receiver = createRtuReceiver()
          receiver.expect(replyShape(request))
          const found = cutAt(Uint8Array.from([...noise, ...reply]), cuts).flatMap((piece) => cutAll(receiver, piece))
          const replies = found.filter((item) => item.kind === 'reply')
          expect(replies.map((item) => [...item.frame])).toEqual([[...reply]])
        },
      ),
    )
  })

  it('takes no frame with a wrong bit for a reply', () => {
    fc.assert(
      fc.property(fc.nat(reply.length * 8 - 1), (bit) => {
        const receiver = createRtuReceiver()
        receiver.expect(replyShape(request))
        const spoilt = Uint8Array.from(reply, (byte, index) => (index === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte))
        expect(cutAll(receiver, spoilt).filter((item) => item.kind === 'reply')).toEqual([])
      }),
    )
  })

  it('survives anything and keeps no more than a bounded rest', () => {
    fc.assert(
      fc.property(fc.array(bytes(300), { maxLength: 30 }), (pieces) => {
        const receiver = createRtuReceiver()
        receiver.expect(replyShape(request))
        for (const piece of pieces) cutAll(receiver, piece)
        expect(receiver.rest().length).toBeLessThanOrEqual(4096)
      }),
    )
  })
})

describe('the MBAP receiver', () => {
  it('gives back every frame of a stream in any pieces', () => {
    const frames = fc.array(fc.tuple(fc.nat(0xffff), fc.uint8Array({ minLength: 3, maxLength: 254 })), {
      minLength: 1,
      maxLength: 6,
    })
    fc.assert(
      fc.property(frames, fc.array(fc.nat()), (list, cuts) => {
        const receiver = createMbapReceiver()
        const stream = Uint8Array.from(list.flatMap(([number, body]) => [...encodeMbap(number, body)]))
        const found = cutAt(stream, cuts).flatMap((piece) => receiver.push(piece))
        expect(
          found.map((item) => (item.kind === 'frame' ? [item.frame.transaction, [...item.frame.body]] : item)),
        ).toEqual(list.map(([number, body]) => [number, [...body]]))
      }),
    )
  })
})

describe('a line on the fake clock', () => {
  const open = (baud: 9600 | 115200, onWrite: Parameters<typeof createMemoryChannel>[1]) => {
    const clock = createFakeClock()
    const sent: { atMs: number; unit: number }[] = []
    const channel = createMemoryChannel(clock, (frame, far) => {
      sent.push({ atMs: clock.monotonicMs(), unit: frame[0] ?? -1 })
      onWrite(frame, far)
    })
    const timing = timingOf({
      transport: 'serial',
      id: 'l',
      path: '/dev/x',
      baud,
      parity: 'none',
      stopBits: 1,
      localEcho: false,
    })
    return {
      clock,
      sent,
      channel,
      line: createLine({ id: 'l', framing: 'rtu', timing, localEcho: false, isNetwork: false }, channel, {
        clock,
        log: quietLog,
        random: () => 0.5,
      }),
    }
  }
  const request = (unit: number) => ({ unit, functionCode: 3, address: 0, count: 2 }) as const

  it('lets a write pass all waiting reads, and keeps the order within each', async () => {
    const { clock, line, sent } = open(9600, (frame, far) => {
      clock.after(10, () => {
        far.receive(answerRtu(frame) ?? new Uint8Array())
      })
    })
    for (const unit of [1, 2, 3]) void line.transact(request(unit), { deadlineMs: 100, priority: 'read' })
    for (const unit of [11, 12])
      void line.transact({ unit, functionCode: 6, address: 0, words: [1] }, { deadlineMs: 100, priority: 'write' })
    await clock.advance(500)
    expect(sent.map(({ unit }) => unit)).toEqual([11, 12, 1, 2, 3])
  })

  it('keeps 3.5 characters of silence at 9600 baud, 1.75 ms above 19200, and what a device wants beyond', async () => {
    for (const [baud, quietMs, gapMs] of [
      [9600, 0, (3.5 * 10) / 9.6],
      [115200, 0, 1.75],
      [115200, 20, 21.75],
    ] as const) {
      const heard: number[] = []
      const { clock, line, sent } = open(baud, (frame, far) => {
        clock.after(10, () => {
          heard.push(clock.monotonicMs())
          far.receive(answerRtu(frame) ?? new Uint8Array())
        })
      })
      for (let index = 0; index < 5; index += 1)
        void line.transact(request(1), { deadlineMs: 100, priority: 'read', quietMs })
      await clock.advance(500)
      expect(sent.length).toBe(5)
      for (let index = 1; index < 5; index += 1)
        expect((sent[index]?.atMs ?? 0) - (heard[index - 1] ?? 0)).toBeGreaterThanOrEqual(gapMs - 0.01)
    }
  })

  it("grants a slow wire the time its bytes take, beyond the device's deadline", async () => {
    const { clock, line } = open(9600, (frame, far) => {
      clock.after(110, () => {
        far.receive(answerRtu(frame) ?? new Uint8Array())
      })
    })
    let isOk = false
    void line
      .transact({ unit: 1, functionCode: 3, address: 0, count: 80 }, { deadlineMs: 50, priority: 'read' })
      .then((outcome) => {
        isOk = outcome.ok
      })
    await clock.advance(400)
    expect(isOk).toBe(true)
  })

  it('backs off from a port that does not open, up to two seconds, and never gives up', async () => {
    const { clock, line, channel } = open(9600, () => undefined)
    channel.refuse = 'there is no serial port /dev/x'
    channel.drop('gone')
    await clock.advance(10_000)
    const tried = channel.opens
    expect(tried).toBeGreaterThanOrEqual(6)
    expect(tried).toBeLessThan(14)
    expect(line.status()).toMatchObject({
      state: 'disconnected',
      problem: { message: 'there is no serial port /dev/x' },
    })
    channel.refuse = null
    await clock.advance(2500)
    expect(line.status().state).toBe('connected')
  })
})

const serial = (message: string, path: string) => lineProblemText(serialProblem(message, path))
const network = (...args: Parameters<typeof tcpProblem>) => lineProblemText(tcpProblem(...args))

describe('a problem with a port says what to do', () => {
  it('serial', () => {
    expect(serial('Error: Permission denied, cannot open /dev/ttyUSB0', '/dev/ttyUSB0')).toContain(
      'add the user to the dialout group',
    )
    expect(serial('Error: No such file or directory, cannot open /dev/ttyUSB0', '/dev/ttyUSB0')).toContain(
      'plug the adapter in',
    )
    expect(serial('Error Resource temporarily unavailable Cannot lock port', '/dev/ttyUSB0')).toContain(
      'in use by another program',
    )
  })
  it('network', () => {
    const problem = (code: string) => network(Object.assign(new Error('x'), { code }), '10.0.0.5', 502)
    expect(problem('ECONNREFUSED')).toContain('10.0.0.5:502 refuses the connection')
    expect(problem('ECONNREFUSED')).toContain('Modbus is enabled')
    const mbus = network(Object.assign(new Error('x'), { code: 'ECONNREFUSED' }), '10.0.0.5', 10001, 'mbus')
    expect(mbus).toContain('10.0.0.5:10001 refuses the connection')
    expect(mbus).not.toContain('Modbus')
    expect(problem('EHOSTUNREACH')).toContain('check its power, cable and address')
    expect(problem('ENOTFOUND')).toContain('check the spelling')
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ExchangeOutcome, ModbusRequest } from '../../core/lines/modbus-line.ts'
import type { LineEvent, LineFrame } from '../../core/lines/field-line.ts'
import { createFakeClock } from '../../core/test-support/fake-clock.ts'
import { cutAll } from './frame-receiver.ts'
import { createAsciiReceiver } from './ascii-receiver.ts'
import { createLine } from './line.ts'
import { timingOf } from './line-timing.ts'
import { replyShape } from './reply-shape.ts'
import { answerAscii, asciiOf, rtuOf } from './test-support/ascii-slave.ts'
import { createMemoryChannel } from './test-support/memory-channel.ts'
import { quietLog } from './test-support/quiet-log.ts'
import { answerRtu, sealed, wordAt } from './test-support/raw-slave.ts'

const site = {
  transport: 'serial',
  framing: 'ascii',
  id: 'bus',
  path: '/dev/x',
  baud: 38400,
  parity: 'even',
  stopBits: 1,
  localEcho: false,
} as const
const latin = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'))
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')
const words = (unit: number, address: number, count: number) =>
  Array.from({ length: count }, (_, index) => wordAt(unit, address + index))

type Reply = (
  request: Uint8Array,
  right: Uint8Array,
) => readonly { readonly afterMs: number; readonly bytes: Uint8Array }[]
const rightly: Reply = (_, right) => [{ afterMs: 5, bytes: right }]

const open = (localEcho = false) => {
  const clock = createFakeClock()
  const bench = { reply: rightly, events: [] as LineEvent[], frames: [] as LineFrame[], sent: [] as string[] }
  const channel = createMemoryChannel(clock, (bytes, far) => {
    bench.sent.push(textOf(bytes))
    for (const { afterMs, bytes: piece } of bench.reply(bytes, answerAscii(bytes) ?? new Uint8Array()))
      clock.after(afterMs, () => {
        far.receive(piece)
      })
  })
  const line = createLine(
    { id: 'bus', framing: 'ascii', timing: timingOf(site), localEcho, isNetwork: false },
    channel,
    { clock, log: quietLog, random: () => 0.5 },
  )
  line.onEvent((event) => bench.events.push(event))
  line.onFrame((frame) => bench.frames.push(frame))
  const ask = async (request: ModbusRequest, deadlineMs = 200): Promise<ExchangeOutcome> => {
    let outcome: ExchangeOutcome | null = null
    void line.transact(request, { deadlineMs, priority: 'read' }).then((result) => {
      outcome = result
    })
    for (let wait = 0; wait < 500 && outcome === null; wait += 1) await clock.advance(10)
    return outcome ?? expect.fail('never settled')
  }
  const read = (address: number, count = 4): Promise<ExchangeOutcome> =>
    ask({ unit: 1, functionCode: 3, address, count })
  return { ...bench, bench, clock, line, ask, read }
}
const write = { unit: 1, functionCode: 6, address: 3, words: [5] } as const
const writeMany = { unit: 1, functionCode: 16, address: 20, words: [0xa6] } as const

describe('an ASCII line', () => {
  it('sends the characters of the standard, reads, writes, names exceptions, and keeps the characters on the tape', async () => {
    const { read, ask, sent, frames } = open()
    expect(await read(0x6b, 3)).toMatchObject({ ok: true, words: words(1, 0x6b, 3) })
    expect(await ask(writeMany)).toMatchObject({ ok: true })
    expect(await ask(write)).toMatchObject({ ok: true })
    expect(await read(0, 125)).toMatchObject({ ok: true, words: words(1, 0, 125) })
    expect(sent.slice(0, 2)).toEqual([':0103006B00038E\r\n', ':0110001400010200A632\r\n'])
    expect(frames.slice(0, 2).map(({ direction, bytes }) => [direction, textOf(bytes).slice(0, 7)])).toEqual([
      ['sent', ':010300'],
      ['received', ':010306'],
    ])
  })

  it('reads a charger that answers with another start character', async () => {
    const { bench, ask } = open()
    bench.reply = () => [{ afterMs: 5, bytes: latin('>01030A2EC2910B03E803E803E8A5\r\n') }]
    expect(await ask({ unit: 1, functionCode: 3, address: 46, count: 5 })).toMatchObject({
      ok: true,
      words: [0x2ec2, 0x910b, 1000, 1000, 1000],
    })
  })

  const faults: readonly [string, string, Reply][] = [
    [
      'a wrong LRC',
      'crc',
      (_, right) => [
        { afterMs: 5, bytes: latin(textOf(right).replace(/.(?=\r)/, (digit) => (digit === '0' ? '1' : '0'))) },
      ],
    ],
    ['a reply that stops', 'malformed', (_, right) => [{ afterMs: 5, bytes: right.slice(0, 12) }]],
    ['a reply without its line feed', 'malformed', (_, right) => [{ afterMs: 5, bytes: right.slice(0, -1) }]],
    ['noise', 'malformed', () => [{ afterMs: 5, bytes: Uint8Array.of(0x93, 0x80, 0xff, 0x1b) }]],
    [
      'another unit',
      'wrong-unit',
      (request) => [
        { afterMs: 5, bytes: asciiOf(answerRtu(sealed([9, ...rtuOf(request).slice(1, -2)])) ?? new Uint8Array()) },
      ],
    ],
    ['another length', 'malformed', () => [{ afterMs: 5, bytes: asciiOf(sealed([1, 3, 2, 0, 7])) }]],
    ['an exception', 'exception', () => [{ afterMs: 5, bytes: asciiOf(sealed([1, 0x83, 2])) }]],
    ['silence', 'timeout', () => []],
  ]
  it.each(faults)('%s is a fault of kind %s, and right values follow', async (_, kind, reply) => {
    const { bench, read } = open()
    expect(await read(100)).toMatchObject({ ok: true })
    bench.reply = reply
    const outcome = await read(200)
    expect(outcome).toMatchObject({ ok: false, fault: { kind } })
    bench.reply = rightly
    for (const address of [300, 400, 500])
      expect(await read(address)).toMatchObject({ ok: true, words: words(1, address, 4) })
  })

  it('says how far a cut reply came, and what to check where only noise comes', async () => {
    const { bench, read } = open()
    bench.reply = (_, right) => [{ afterMs: 5, bytes: right.slice(0, 12) }]
    expect(await read(0)).toMatchObject({ fault: { message: expect.stringContaining('12 of 27 bytes') as string } })
    bench.reply = () => [{ afterMs: 5, bytes: latin('hello') }]
    expect(await read(0)).toMatchObject({ fault: { message: expect.stringContaining('data bits') as string } })
  })

  it('noise, a cut frame and a spoilt one before the reply cost nothing', async () => {
    const { bench, read, events } = open()
    bench.reply = (_, right) => [
      { afterMs: 5, bytes: Uint8Array.from([0xff, ...latin(':0103'), ...latin(':010308FFFF00\r\n'), ...right]) },
    ]
    expect(await read(9)).toMatchObject({ ok: true, words: words(1, 9, 4) })
    expect(events).toContainEqual(expect.objectContaining({ kind: 'stray', bytes: 21 }))
  })

  it('a character may take a second, as the standard allows, within the deadline', async () => {
    const { bench, ask } = open()
    bench.reply = (_, right) => [
      { afterMs: 5, bytes: right.slice(0, 9) },
      { afterMs: 900, bytes: right.slice(9) },
    ]
    expect(await ask({ unit: 1, functionCode: 3, address: 7, count: 2 }, 2000)).toMatchObject({
      ok: true,
      words: words(1, 7, 2),
    })
  })

  it('an echo is dropped; where the line is known to echo, the echo of a write is no confirmation', async () => {
    const unknown = open()
    unknown.bench.reply = (request, right) => [
      { afterMs: 2, bytes: request },
      { afterMs: 8, bytes: right },
    ]
    expect(await unknown.read(9)).toMatchObject({ ok: true, words: words(1, 9, 4) })
    expect(await unknown.ask(writeMany)).toMatchObject({ ok: true })
    const known = open(true)
    known.bench.reply = unknown.bench.reply
    expect(await known.ask(write)).toMatchObject({ ok: true })
    known.bench.reply = (request) => [{ afterMs: 2, bytes: request }]
    expect(await known.ask(write)).toMatchObject({ ok: false, fault: { kind: 'timeout' } })
    expect(await known.ask(writeMany)).toMatchObject({ ok: false, fault: { kind: 'timeout' } })
  })
})

describe('the ASCII receiver', () => {
  const shape = replyShape({ unit: 3, functionCode: 3, address: 16, count: 8 })
  const rtu = answerRtu(sealed([3, 3, 0, 16, 0, 8])) ?? new Uint8Array()
  const reply = asciiOf(rtu)

  it('finds the reply behind any noise, in any pieces, and loses no byte', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 700 }), fc.array(fc.nat(), { maxLength: 8 }), (noise, cuts) => {
        const receiver = createAsciiReceiver()
        receiver.expect(shape)
        const stream = Uint8Array.from([...noise, ...reply])
        const places = [0, ...cuts.map((cut) => cut % stream.length), stream.length].toSorted((a, b) => a - b)
        const found = places.slice(1).flatMap((place, index) => cutAll(receiver, stream.subarray(places[index], place)))
        expect(found.flatMap((item) => (item.kind === 'reply' ? [[...item.frame]] : []))).toEqual([[...rtu]])
        expect(found.flatMap((item) => [...('bytes' in item ? item.bytes : (item.wire ?? item.frame))])).toEqual([
          ...stream,
        ])
        expect(receiver.rest().length).toBe(0)
      }),
    )
  })

  it('holds no more than a bounded rest', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.uint8Array({ maxLength: 300 }),
            fc.constant(latin(':0103')),
            fc.constant(latin('AB'.repeat(150))),
          ),
          { maxLength: 60 },
        ),
        (pieces) => {
          const receiver = createAsciiReceiver()
          receiver.expect(shape)
          for (const piece of pieces) {
            cutAll(receiver, piece)
            expect(receiver.rest().length).toBeLessThanOrEqual(4096)
          }
        },
      ),
    )
  })
})

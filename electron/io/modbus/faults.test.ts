import { describe, expect, it } from 'vitest'
import type { ExchangeOutcome } from '../../core/lines/modbus-line.ts'
import {
  startSerialSlave,
  startTcpSlave,
  answerRight,
  type FaultySlave,
  type Play,
} from './test-support/faulty-slave.ts'
import { hasSocat, missingPeer, openPtyPair, type Peer } from './test-support/peers.ts'
import { sealed, seeded, wordAt } from './test-support/raw-slave.ts'
import { openLine, read, until } from './test-support/real-line.ts'

const skipSerial = missingPeer('socat', hasSocat, 'socat')
const words = (unit: number, address: number, count: number) =>
  Array.from({ length: count }, (_, index) => wordAt(unit, address + index))
const right = (unit: number, address: number, count: number) => ({ ok: true, words: words(unit, address, count) })

type Kind = 'tcp' | 'rtu-over-tcp' | 'serial'
interface Bench {
  readonly slave: FaultySlave
  readonly opened: ReturnType<typeof openLine>
  readonly others: Peer[]
}

const prepare = async (kind: Kind): Promise<Bench> => {
  if (kind === 'serial') {
    const pair = await openPtyPair()
    const slave = await startSerialSlave(pair.far)
    return {
      slave,
      others: [pair],
      opened: openLine({
        transport: 'serial',
        id: 'l',
        path: pair.near,
        baud: 19200,
        parity: 'none',
        stopBits: 1,
        localEcho: false,
      }),
    }
  }
  const slave = await startTcpSlave(kind === 'tcp' ? 'mbap' : 'rtu')
  return { slave, others: [], opened: openLine({ transport: kind, id: 'l', host: '127.0.0.1', port: slave.port }) }
}

/** The fault lasts while `isOn`; then three polls are all it may take. */
const recovers = async (bench: Bench): Promise<ExchangeOutcome[]> => {
  bench.slave.play = answerRight
  const outcomes: ExchangeOutcome[] = []
  for (let poll = 0; poll < 3; poll += 1) {
    await until('the line is connected', () => bench.opened.line.status().state === 'connected')
    outcomes.push(await read(bench.opened.line, 1, 100, 4))
  }
  return outcomes
}

const other = (frame: Uint8Array, change: (bytes: number[]) => void): Uint8Array => {
  const bytes = [...frame.subarray(0, -2)]
  change(bytes)
  return sealed(bytes)
}
const broken = (frame: Uint8Array): Uint8Array =>
  Uint8Array.from(frame, (byte, index) => (index === 5 ? byte ^ 0x40 : byte))

const faults: readonly {
  readonly name: string
  readonly kind: string
  readonly on: readonly Kind[]
  readonly play: Play
}[] = [
  { name: 'nothing', kind: 'timeout', on: ['tcp', 'rtu-over-tcp', 'serial'], play: () => 'nothing' },
  {
    name: 'an exception',
    kind: 'exception',
    on: ['tcp', 'rtu-over-tcp', 'serial'],
    play: (request) => [{ bytes: sealed([request[0] ?? 0, (request[1] ?? 0) | 0x80, 2]) }],
  },
  {
    name: 'another unit',
    kind: 'wrong-unit',
    on: ['tcp', 'rtu-over-tcp', 'serial'],
    play: (_, reply) => [
      {
        bytes: other(reply, (bytes) => {
          bytes[0] = 77
        }),
      },
    ],
  },
  {
    name: 'another function',
    kind: 'malformed',
    on: ['tcp', 'rtu-over-tcp', 'serial'],
    play: (_, reply) => [
      {
        bytes: other(reply, (bytes) => {
          bytes[1] = 4
        }),
      },
    ],
  },
  {
    name: 'a shorter reply',
    kind: 'malformed',
    on: ['tcp', 'rtu-over-tcp', 'serial'],
    play: (_, reply) => [
      {
        bytes: other(reply.subarray(0, -2), (bytes) => {
          bytes[2] = 6
        }),
      },
    ],
  },
  {
    name: 'half a frame',
    kind: 'malformed',
    on: ['rtu-over-tcp', 'serial'],
    play: (_, reply) => [{ bytes: reply.subarray(0, 6) }],
  },
  {
    name: 'a wrong check sum',
    kind: 'crc',
    on: ['rtu-over-tcp', 'serial'],
    play: (_, reply) => [{ bytes: broken(reply) }],
  },
  {
    name: 'garbage',
    kind: 'malformed',
    on: ['rtu-over-tcp', 'serial'],
    play: () => [{ bytes: Uint8Array.of(0xff, 0x00, 0xa5, 0x5a, 0x13, 0x37, 0x42) }],
  },
  { name: 'a reset', kind: 'offline', on: ['tcp', 'rtu-over-tcp'], play: () => 'reset' },
  { name: 'an orderly close', kind: 'offline', on: ['tcp', 'rtu-over-tcp'], play: () => 'end' },
]

for (const kind of ['tcp', 'rtu-over-tcp', 'serial'] as const) {
  describe.skipIf(kind === 'serial' && skipSerial)(`a faulty slave on ${kind}`, () => {
    /** Each has a slave and a line of its own, and most of the time waits for a deadline: some at once. */
    const withBench = (name: string, test: (bench: Bench) => Promise<void>): void => {
      it.concurrent(name, async () => {
        const bench = await prepare(kind)
        try {
          await until('the line is connected', () => bench.opened.line.status().state === 'connected')
          await test(bench)
        } finally {
          await bench.opened.line.close()
          await bench.slave.close()
          for (const peer of bench.others) await peer.stop()
        }
      })
    }

    for (const fault of faults.filter(({ on }) => on.includes(kind))) {
      withBench(
        `${fault.name} is a fault of kind ${fault.kind}, with words, and right values follow within three polls`,
        async (bench) => {
          const { line } = bench.opened
          expect(await read(line, 1, 100, 4)).toMatchObject(right(1, 100, 4))
          bench.slave.play = fault.play
          const outcome = await read(line, 1, 200, 4)
          expect(outcome).toMatchObject({ ok: false, fault: { kind: fault.kind } })
          expect(outcome.ok ? '' : outcome.fault.message).toMatch(/\w+.{20,}/)
          const after = await recovers(bench)
          for (const each of after) if (each.ok) expect(each.words).toEqual(words(1, 100, 4))
          expect(after.at(-1)).toMatchObject(right(1, 100, 4))
        },
      )
    }

    withBench('a reply in small pieces is put together', async (bench) => {
      bench.slave.play = (_, reply) =>
        kind === 'tcp'
          ? [{ bytes: reply }]
          : [...reply].map((byte, index) => ({ afterMs: index * 3, bytes: Uint8Array.of(byte) }))
      expect(await read(bench.opened.line, 1, 100, 10)).toMatchObject(right(1, 100, 10))
    })

    withBench('an unplugged line says so at once, and reads again when it is back', async (bench) => {
      if (kind === 'serial') return
      const { line, events } = bench.opened
      const { port } = bench.slave as Awaited<ReturnType<typeof startTcpSlave>>
      await bench.slave.close()
      await until('the loss is seen', () => line.status().state === 'disconnected')
      await until('the refusal is named', () => line.status().problem?.kind === 'refused')
      expect(await read(line, 1, 0, 1)).toMatchObject({ ok: false, fault: { kind: 'offline' } })
      const back = await startTcpSlave(kind === 'tcp' ? 'mbap' : 'rtu', port)
      await until('it is connected again', () => line.status().state === 'connected')
      expect(await read(line, 1, 30, 2)).toMatchObject(right(1, 30, 2))
      expect(events.map((event) => event.kind)).toContain('disconnected')
      expect(line.status()).toMatchObject({ problem: null, reconnects: 1 })
      await back.close()
    })
  })
}

describe('RTU only', () => {
  it('noise before a reply costs nothing and is reported', async () => {
    const slave = await startTcpSlave('rtu')
    const { line, events } = openLine({ transport: 'rtu-over-tcp', id: 'l', host: '127.0.0.1', port: slave.port })
    slave.play = (_, reply) => [{ bytes: Uint8Array.from([0x00, 0xff, 0x01, ...reply]) }]
    expect(await read(line, 1, 9, 4)).toMatchObject(right(1, 9, 4))
    expect(events).toContainEqual(expect.objectContaining({ kind: 'stray', bytes: 3 }))
    await line.close()
    await slave.close()
  })

  it.skipIf(skipSerial)('an adapter that echoes is read and written through', async () => {
    const pair = await openPtyPair()
    const slave = await startSerialSlave(pair.far)
    slave.play = (request, reply) => [{ bytes: request }, { afterMs: 5, bytes: reply }]
    const { line } = openLine({
      transport: 'serial',
      id: 'l',
      path: pair.near,
      baud: 19200,
      parity: 'none',
      stopBits: 1,
      localEcho: true,
    })
    expect(await read(line, 1, 9, 4)).toMatchObject(right(1, 9, 4))
    expect(
      await line.transact({ unit: 1, functionCode: 6, address: 3, words: [5] }, { deadlineMs: 400, priority: 'write' }),
    ).toMatchObject({ ok: true })
    // The echo of a write looks like its confirmation: alone it must not count as one.
    slave.play = (request) => [{ bytes: request }]
    expect(
      await line.transact({ unit: 1, functionCode: 6, address: 3, words: [6] }, { deadlineMs: 200, priority: 'write' }),
    ).toMatchObject({ ok: false, fault: { kind: 'timeout' } })
    await line.close()
    await slave.close()
    await pair.stop()
  })

  it.skipIf(skipSerial)('a pulled adapter is named, and is used again when it is back', async () => {
    const pair = await openPtyPair()
    let slave = await startSerialSlave(pair.far)
    const { line } = openLine({
      transport: 'serial',
      id: 'l',
      path: pair.near,
      baud: 19200,
      parity: 'none',
      stopBits: 1,
      localEcho: false,
    })
    expect(await read(line, 2, 9, 4)).toMatchObject(right(2, 9, 4))
    await slave.close()
    await pair.unplug()
    await until('the loss is seen', () => line.status().state === 'disconnected')
    expect(line.status().problem?.kind).toMatch(/^(unplugged|no-port)$/)
    await until('the missing port is named', () => line.status().problem?.kind === 'no-port')
    await pair.restart()
    slave = await startSerialSlave(pair.far)
    await until('it is connected again', () => line.status().state === 'connected')
    expect(await read(line, 2, 30, 2)).toMatchObject(right(2, 30, 2))
    await line.close()
    await slave.close()
    await pair.stop()
  })

  for (const kind of ['rtu-over-tcp', 'serial'] as const) {
    it.skipIf(kind === 'serial' && skipSerial)(
      `late replies on a real ${kind} line never land on another register or meter`,
      async () => {
        const bench = await prepare(kind)
        const random = seeded(kind.length)
        const { line, events } = bench.opened
        await until('the line is connected', () => line.status().state === 'connected')
        // One request in three is answered after the deadline, anywhere up to well beyond the guard time and the next request;
        // one after the other, as a device on a bus does.
        let freeAtMs = 0
        bench.slave.play = (_, reply) => {
          const nowMs = performance.now()
          freeAtMs = Math.max(freeAtMs, nowMs) + (random() < 0.35 ? 60 + random() * 300 : 1)
          return [{ afterMs: Math.max(1, freeAtMs - nowMs), bytes: reply }]
        }
        let good = 0
        for (let step = 0; step < 60; step += 1) {
          const unit = 1 + Math.floor(random() * 2)
          const address = 100 * Math.floor(random() * 4)
          const outcome = await read(line, unit, address, 6, 60)
          if (!outcome.ok) {
            await until('the line is connected', () => line.status().state === 'connected')
            continue
          }
          good += 1
          expect(outcome.words).toEqual(words(unit, address, 6))
        }
        expect(good).toBeGreaterThan(5)
        expect(events.filter((event) => event.kind === 'late-reply').length).toBeGreaterThan(3)
        await line.close()
        await bench.slave.close()
        for (const peer of bench.others) await peer.stop()
      },
    )
  }
})

describe('Modbus TCP only', () => {
  const desyncs: readonly [string, (bytes: Uint8Array) => Uint8Array][] = [
    [
      'a length of 0xFFFF',
      (bytes) => Uint8Array.from(bytes, (byte, index) => (index === 4 || index === 5 ? 0xff : byte)),
    ],
    ['another protocol', (bytes) => Uint8Array.from(bytes, (byte, index) => (index === 3 ? 1 : byte))],
    ['half a frame', (bytes) => bytes.subarray(0, 8)],
  ]
  for (const [name, spoil] of desyncs) {
    it(`${name} leaves the stream out of step: the connection is opened anew`, async () => {
      const slave = await startTcpSlave('mbap')
      const { line } = openLine({ transport: 'tcp', id: 'l', host: '127.0.0.1', port: slave.port })
      expect(await read(line, 1, 9, 4)).toMatchObject(right(1, 9, 4))
      slave.rawAct = spoil
      expect(await read(line, 1, 9, 4, 150)).toMatchObject({ ok: false, fault: { kind: 'malformed' } })
      slave.rawAct = null
      await until('it is connected again', () => line.status().state === 'connected' && line.status().reconnects === 1)
      expect(await read(line, 1, 9, 4)).toMatchObject(right(1, 9, 4))
      await line.close()
      await slave.close()
    })
  }

  it('a late reply is known by its transaction and thrown away', async () => {
    const slave = await startTcpSlave('mbap')
    const { line, events } = openLine({ transport: 'tcp', id: 'l', host: '127.0.0.1', port: slave.port })
    slave.play = (request, reply) => [{ afterMs: request[3] === 9 ? 150 : 80, bytes: reply }]
    expect(await read(line, 1, 9, 4, 100)).toMatchObject({ ok: false, fault: { kind: 'timeout' } })
    expect(await read(line, 1, 20, 4, 1000)).toMatchObject(right(1, 20, 4))
    expect(events).toContainEqual(expect.objectContaining({ kind: 'late-reply', unit: 1 }))
    await line.close()
    await slave.close()
  })

  it('a connection that swallows requests is given up after three', async () => {
    const slave = await startTcpSlave('mbap')
    const { line } = openLine({ transport: 'tcp', id: 'l', host: '127.0.0.1', port: slave.port })
    slave.play = () => 'nothing'
    for (let poll = 0; poll < 3; poll += 1)
      expect(await read(line, 1, 9, 4, 50)).toMatchObject({ ok: false, fault: { kind: 'timeout' } })
    slave.play = answerRight
    await until('it is connected again', () => line.status().state === 'connected' && line.status().reconnects === 1)
    expect(await read(line, 1, 9, 4)).toMatchObject(right(1, 9, 4))
    await line.close()
    await slave.close()
  })

  it('closing settles what waits, and what comes after it', async () => {
    const slave = await startTcpSlave('mbap')
    const { line } = openLine({ transport: 'tcp', id: 'l', host: '127.0.0.1', port: slave.port })
    await until('the line is connected', () => line.status().state === 'connected')
    slave.play = () => 'nothing'
    const waiting = [read(line, 1, 9, 4, 60_000), read(line, 1, 9, 4, 60_000)]
    await line.close()
    for (const outcome of [...(await Promise.all(waiting)), await read(line, 1, 9, 4)])
      expect(outcome).toMatchObject({ ok: false, fault: { kind: 'closed' } })
    await slave.close()
  })
})

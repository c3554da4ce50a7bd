import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ModbusSiteLine } from '../../../shared/site/site.ts'
import {
  freePort,
  hasPymodbus,
  hasSocat,
  missingPeer,
  openPtyPair,
  startPymodbus,
  type Peer,
} from './test-support/peers.ts'
import { openLine, read, until } from './test-support/real-line.ts'

const skip = missingPeer('python3-pymodbus', hasPymodbus, 'python3-pymodbus python3-serial-asyncio')
const skipSerial = skip || missingPeer('socat', hasSocat, 'socat')

const expected = (unit: number, address: number, count: number, shift = 0) =>
  Array.from({ length: count }, (_, index) => unit * 4096 + address + index + shift)

const check = (name: string, isSkipped: boolean, prepare: () => Promise<{ site: ModbusSiteLine; peers: Peer[] }>) => {
  describe.skipIf(isSkipped)(`against pymodbus over ${name}`, () => {
    let peers: Peer[] = []
    let opened: ReturnType<typeof openLine>
    beforeEach(async () => {
      const ready = await prepare()
      peers = ready.peers
      opened = openLine(ready.site)
      await until('the line is connected', () => opened.line.status().state === 'connected')
    })
    afterEach(async () => {
      await opened.line.close()
      for (const peer of peers.toReversed()) await peer.stop()
    })

    it('reads holding and input registers, writes with both functions and reads back, and names exceptions', async () => {
      const { line } = opened
      expect(await read(line, 1, 0, 125, 2000)).toMatchObject({ ok: true, words: expected(1, 0, 125) })
      expect(
        await line.transact(
          { unit: 9, functionCode: 4, address: 70, count: 6 },
          { deadlineMs: 2000, priority: 'read' },
        ),
      ).toMatchObject({ ok: true, words: expected(9, 70, 6, 2048) })
      expect(
        await line.transact(
          { unit: 2, functionCode: 6, address: 7, words: [160] },
          { deadlineMs: 2000, priority: 'write' },
        ),
      ).toMatchObject({ ok: true, words: [] })
      expect(
        await line.transact(
          { unit: 2, functionCode: 16, address: 8, words: [0x4120, 0] },
          { deadlineMs: 2000, priority: 'write' },
        ),
      ).toMatchObject({ ok: true, words: [] })
      expect(await read(line, 2, 6, 5, 2000)).toMatchObject({
        ok: true,
        words: [2 * 4096 + 6, 160, 0x4120, 0, 2 * 4096 + 10],
      })
      expect(await read(line, 1, 600, 2, 2000)).toMatchObject({ ok: false, fault: { kind: 'exception', code: 2 } })
      expect(line.status().bytesReceived).toBeGreaterThan(250)
    })

    it('a unit that is not there times out and leaves the next one right', async () => {
      const { line } = opened
      expect(await read(line, 5, 0, 4, 200)).toMatchObject({ ok: false, fault: { kind: 'timeout' } })
      for (let address = 0; address < 40; address += 4) {
        expect(await read(line, 9, address, 4, 2000)).toMatchObject({ ok: true, words: expected(9, address, 4) })
      }
    })

    it('many callers at once each get their own registers', async () => {
      const { line } = opened
      const asked = Array.from({ length: 30 }, (_, index) => ({ unit: [1, 2, 9][index % 3] ?? 1, address: index * 10 }))
      const outcomes = await Promise.all(asked.map(({ unit, address }) => read(line, unit, address, 4, 2000)))
      expect(outcomes.map((outcome) => (outcome.ok ? outcome.words : outcome.fault.kind))).toEqual(
        asked.map(({ unit, address }) => expected(unit, address, 4)),
      )
    })
  })
}

check('TCP', skip, async () => {
  const port = await freePort()
  return {
    site: { transport: 'tcp', id: 'l', host: '127.0.0.1', port },
    peers: [await startPymodbus('tcp', String(port))],
  }
})
check('RTU over TCP', skip, async () => {
  const port = await freePort()
  return {
    site: { transport: 'rtu-over-tcp', id: 'l', host: '127.0.0.1', port },
    peers: [await startPymodbus('rtu-over-tcp', String(port))],
  }
})
check('a serial pty', skipSerial, async () => {
  const pair = await openPtyPair()
  return {
    site: { transport: 'serial', id: 'l', path: pair.near, baud: 19200, parity: 'none', stopBits: 1, localEcho: false },
    peers: [pair, await startPymodbus('serial', pair.far, 19200)],
  }
})
check('ASCII over TCP', skip, async () => {
  const port = await freePort()
  return {
    site: { transport: 'rtu-over-tcp', framing: 'ascii', id: 'l', host: '127.0.0.1', port },
    peers: [await startPymodbus('ascii-over-tcp', String(port))],
  }
})
check('ASCII on a serial pty', skipSerial, async () => {
  const pair = await openPtyPair()
  return {
    site: {
      transport: 'serial',
      framing: 'ascii',
      id: 'l',
      path: pair.near,
      baud: 38400,
      parity: 'none',
      stopBits: 1,
      localEcho: false,
    },
    peers: [pair, await startPymodbus('ascii', pair.far, 38400)],
  }
})

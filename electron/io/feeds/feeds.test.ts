import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { createServer, connect, type Socket } from 'node:net'
import { promisify } from 'node:util'
import { afterEach, describe, expect, it } from 'vitest'
import { feedPicture, type FeedPicture } from '../../../shared/feed/feed-picture.ts'
import { atMs, feedLive, feedSite } from '../../../shared/feed/test-support/depot-live.ts'
import { feedSchema } from '../../../shared/site/feed-schema.ts'
import type { Feed, FeedState } from '../../core/feeds/feed-ports.ts'
import { systemClock } from '../clock.ts'
import { createOpenFeed } from './open-feed.ts'

const run = promisify(execFile)
const isHere = (program: string, ...args: string[]) => spawnSync(program, args, { stdio: 'ignore' }).error === undefined
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
const ends: (() => Promise<unknown> | unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

const freePort = async (): Promise<number> => {
  const server = createServer()
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as { port: number }
  await new Promise((done) => server.close(done))
  return port
}
const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await holds())) await new Promise((done) => setTimeout(done, 20))
}

/** A feed that is open. */
const opened = async (
  entry: object,
  picture: () => FeedPicture = () => feedPicture(feedSite, feedLive(), atMs + 250),
): Promise<{ feed: Feed; states: FeedState[] }> => {
  const states: FeedState[] = []
  const feed = createOpenFeed({ clock: systemClock, log: silent, folder: '/' })(
    feedSchema.parse({ id: 'f', ...entry }),
    {
      site: feedSite,
      picture,
      onState: (state) => states.push(state),
    },
  )
  ends.push(() => feed.stop())
  feed.start()
  await until(() => states.length > 0)
  return { feed, states }
}

describe('a feed over Modbus TCP', () => {
  it.skipIf(!isHere('mbpoll', '-V'))('is read by an independent master', async () => {
    const port = await freePort()
    const { feed } = await opened({ kind: 'modbus-tcp', port })
    const poll = ['-m', 'tcp', '-p', String(port), '-a', '1', '-1', '-0', '-B']
    const { stdout } = await run('mbpoll', [...poll, '-t', '4:float', '-r', '1000', '-c', '7', '127.0.0.1'])
    const values = Object.fromEntries([...stdout.matchAll(/^\[(\d+)\]:\s+(\S+)/gm)].map(([, at, value]) => [at, value]))
    expect(values).toMatchObject({ '1000': '0.75', '1002': '40.25', '1004': 'nan', '1006': '0', '1008': '100' })
    expect(feed.health()).toMatchObject({ state: { kind: 'open' }, served: 1 })
  })

  it('refuses writes, other registers and other units, and outlives what is no Modbus', async () => {
    const port = await freePort()
    const { feed } = await opened({ kind: 'modbus-tcp', port })
    const ask = (hex: string): Promise<string> =>
      new Promise((done) => {
        const socket = connect(port, '127.0.0.1', () => socket.write(Buffer.from(hex.replaceAll(' ', ''), 'hex')))
        let heard = ''
        socket.on('data', (bytes) => {
          heard += bytes.toString('hex')
          socket.end()
        })
        socket.on('error', () => undefined)
        socket.on('close', () => done(heard))
      })
    expect(await ask('0001 0000 0006 01 06 03e8 0001')).toBe('000100000003018601')
    expect(await ask('0002 0000 0006 01 03 0800 0002')).toBe('000200000003018302')
    expect(await ask('0003 0000 0006 01 03 03e8 007e')).toBe('000300000003018303')
    expect(await ask('0004 0000 0003 01 03 03')).toBe('000400000003018303')
    // Another unit first, then ours, in one packet: one answer.
    expect(await ask('0005 0000 0006 09 03 03ea 0002 0006 0000 0006 01 03 03ea 0002')).toBe(
      '00060000000701030442210000',
    )
    expect(await ask('474554202f20485454502f312e310d0a0d0a')).toBe('')
    expect(await ask('0007 0000 0006 ff 04 03ea 0002')).toBe('000700000007ff040442210000')
    expect(feed.health().state).toEqual({ kind: 'open' })
  })

  it('says what to do where its port is taken, and opens once it is free', async () => {
    const port = await freePort()
    const other = createServer()
    await new Promise<void>((done) => other.listen(port, '127.0.0.1', done))
    const { feed, states } = await opened({ kind: 'modbus-tcp', port })
    expect(states[0]).toMatchObject({
      kind: 'failed',
      why: expect.stringContaining('in use by another program') as string,
    })
    await new Promise((done) => other.close(done))
    await until(() => feed.health().state.kind === 'open')
  })
})

describe('a feed whose places are all taken by readers that say nothing', () => {
  const silent = (port: number): Promise<Socket> =>
    new Promise((done) => {
      const socket = connect(port, '127.0.0.1', () => done(socket))
      socket.on('error', () => undefined)
      ends.push(() => socket.destroy())
    })

  it('answers who asks over Modbus TCP and lets the longest silent one go', async () => {
    const port = await freePort()
    await opened({ kind: 'modbus-tcp', port })
    const all: Socket[] = []
    for (let count = 0; count < 20; count += 1) all.push(await silent(port))
    const last = await silent(port)
    const heard = new Promise<string>((done) => last.once('data', (bytes) => done(bytes.toString('hex'))))
    last.write(Buffer.from('00070000000601 0303ea0002'.replaceAll(' ', ''), 'hex'))
    expect(await heard).toBe('00070000000701030442210000')
    await until(() => all[0]?.destroyed === true)
    expect(all[19]?.destroyed).toBe(false)
  })

  it('answers who asks as OpenMetrics', async () => {
    const port = await freePort()
    const { feed } = await opened({ kind: 'openmetrics', port })
    for (let count = 0; count < 40; count += 1) (await silent(port)).write('GET /metrics HTTP/1.1\r\nHost: x\r\n')
    expect((await fetch(feed.address)).status).toBe(200)
  })
})

describe('a feed as OpenMetrics', () => {
  it('is one page that is only read', async () => {
    const port = await freePort()
    const { feed } = await opened({ kind: 'openmetrics', port })
    const page = await fetch(feed.address)
    expect(page.headers.get('content-type')).toContain('application/openmetrics-text')
    expect(await page.text()).toContain('tripscope_circuit_current_amperes{circuit="main",phase="L1"} 40.25\n')
    expect((await fetch(feed.address, { method: 'POST', body: 'x' })).status).toBe(405)
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(404)
    expect(feed.health().served).toBe(1)
  })
})

describe('a feed to a broker', () => {
  it('ends though the broker takes the connection and says nothing', async () => {
    const taken: Socket[] = []
    const broker = createServer((socket) => taken.push(socket))
    await new Promise<void>((done) => broker.listen(0, '127.0.0.1', done))
    ends.push(
      () => broker.close(),
      () => taken.forEach((socket) => socket.destroy()),
    )
    const { port } = broker.address() as { port: number }
    const feed = createOpenFeed({ clock: systemClock, log: silent, folder: '/' })(
      feedSchema.parse({ id: 'f', kind: 'mqtt', url: `mqtt://127.0.0.1:${port}` }),
      { site: feedSite, picture: () => null, onState: () => undefined },
    )
    feed.start()
    await until(() => taken.length > 0)
    await feed.stop()
  })

  /** Mosquitto, an independent broker, and its own subscriber. */
  const broker = async (port: number): Promise<ChildProcess> => {
    const server = spawn('mosquitto', ['-p', String(port)], {
      stdio: 'ignore',
      env: { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin` },
    })
    ends.push(() => server.kill('SIGKILL'))
    await until(
      () =>
        new Promise<boolean>((done) => {
          const socket = connect(port, '127.0.0.1', () => {
            socket.destroy()
            done(true)
          })
          socket.on('error', () => done(false))
        }),
    )
    return server
  }

  it.skipIf(!isHere('mosquitto_sub', '--help'))(
    'sends every subject and says that it is there and that it went',
    async () => {
      const port = await freePort()
      await broker(port)
      const { feed } = await opened({ kind: 'mqtt', url: `mqtt://127.0.0.1:${port}`, topic: 'a/b', every: 1 })
      const heard = async (topic: string): Promise<string> =>
        (await run('mosquitto_sub', ['-p', String(port), '-t', topic, '-C', '1', '-W', '20'])).stdout.trim()
      const circuit = JSON.parse(await heard('a/b/circuit/main')) as { values: Record<string, unknown> }
      expect(circuit.values).toMatchObject({
        current_l1: { value: 40.25, unit: 'A', quality: 'good' },
        current_l2: { value: null, quality: 'timeout' },
      })
      expect(await heard('a/b/status')).toBe('online')
      expect(feed.health().served).toBeGreaterThan(0)
      await feed.stop()
      expect(await heard('a/b/status')).toBe('offline')
    },
  )

  /** More than any buffer between two programs takes. */
  const manySubjects = (): FeedPicture => ({
    atMs,
    subjects: Array.from({ length: 100 }, (_none, index) => ({
      ...{ kind: 'meter', id: `m${index}`, name: 'x'.repeat(200_000) },
      ...{ values: [], words: {} },
    })),
  })

  it('sends on to a broker that stopped reading in the middle of a round and then hung up', async () => {
    const port = await freePort()
    let connections = 0
    let taken = 0
    const server = createServer((socket) => {
      const isFirst = (connections += 1) === 1
      socket.on('error', () => undefined)
      ends.push(() => socket.destroy())
      socket.on('data', (bytes) => {
        const kind = bytes[0] ?? 0
        const idAt = 4 + (bytes.length < 4 ? 0 : bytes.readUInt16BE(2))
        if (kind === 0x10) socket.write(Buffer.from([0x20, 2, 0, 0]))
        // The word that the program is there, which wants an answer.
        else if (bytes.length < 200) socket.write(Buffer.from([0x40, 2, ...bytes.subarray(idAt, idAt + 2)]))
        else if (!isFirst) taken += bytes.length
        else {
          // The rest of this round waits for room that never comes.
          socket.pause()
          setTimeout(() => socket.destroy(), 300)
        }
      })
    })
    ends.push(() => new Promise((done) => server.close(done)))
    await new Promise<void>((done) => server.listen(port, '127.0.0.1', done))
    const { feed } = await opened({ kind: 'mqtt', url: `mqtt://127.0.0.1:${port}`, every: 1 }, manySubjects)
    await until(() => taken > 1_000_000)
    expect(connections).toBe(2)
    expect(feed.health().state).toEqual({ kind: 'open' })
  })

  it('says what to look at where there is none', async () => {
    const { states } = await opened({ kind: 'mqtt', url: `mqtt://127.0.0.1:${await freePort()}` })
    expect(states[0]).toMatchObject({ kind: 'failed', why: expect.stringContaining('is the broker running') as string })
  })
})

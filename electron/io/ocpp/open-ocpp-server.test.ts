import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { scryptSync } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { RPCClient } from 'ocpp-rpc'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { ExpectedStation, OcppServerEvent } from '../../core/chargers/ocpp/ocpp-ports.ts'
import { ocppServerSchema } from '../../../shared/site/ocpp-connection.ts'
import { systemClock } from '../clock.ts'
import { createOpenOcpp } from './open-ocpp-server.ts'

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

const freePort = (): Promise<number> =>
  new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      server.close(() => done(port))
    })
  })
const until = async (what: string, isSo: () => boolean): Promise<void> => {
  for (let turn = 0; turn < 1000; turn += 1) {
    if (isSo()) return
    await wait(10)
  }
  throw new Error(`never: ${what}`)
}
const cp = (more: Partial<ExpectedStation> = {}): ExpectedStation => ({
  identity: 'CP-1',
  version: null,
  access: null,
  ...more,
})

const open = async (stations: readonly ExpectedStation[] = [cp()], more: Record<string, unknown> = {}) => {
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'ocpp-'))
  const settings = ocppServerSchema.parse({ port, host: '127.0.0.1', ...more })
  const server = createOpenOcpp({ clock: systemClock, log: quiet, folder })(settings, stations)
  const events: OcppServerEvent[] = []
  server.listen((event) => {
    events.push(event)
  })
  cleanups.push(() => server.stop())
  server.start()
  await until('listening', () => events.some(({ kind }) => kind === 'listening'))
  const of = <K extends OcppServerEvent['kind']>(kind: K) =>
    events.filter((event): event is Extract<OcppServerEvent, { kind: K }> => event.kind === kind)
  const connect = (
    path = '/CP-1',
    protocols: readonly string[] = ['ocpp1.6'],
    headers: Record<string, string> = {},
  ) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, [...protocols], { headers })
    const state = { opened: false, closed: null as number | null, error: '', texts: [] as string[] }
    socket.on('open', () => (state.opened = true))
    socket.on('close', (code) => (state.closed = code))
    socket.on('error', (error) => (state.error = error.message))
    socket.on('message', (data) => state.texts.push((data as Buffer).toString('utf8')))
    cleanups.push(() => socket.terminate())
    return { socket, state }
  }
  return { server, port, folder, events, of, connect }
}
const basic = (user: string, password: string | Buffer) => ({
  Authorization: `Basic ${Buffer.concat([Buffer.from(`${user}:`), Buffer.from(password)]).toString('base64')}`,
})

describe('the server for chargers over OCPP', () => {
  it('agrees on the version that both speak, 1.6 before 2.0.1, and passes text both ways', async () => {
    const { connect, of, server } = await open()
    const { socket, state } = connect('/CP-1', ['ocpp2.0.1', 'ocpp1.6'])
    await until('opened', () => of('opened').length === 1 && state.opened)
    expect([of('opened')[0]?.version, socket.protocol]).toEqual(['1.6', 'ocpp1.6'])
    socket.send('[2,"a","Heartbeat",{}]')
    await until('heard', () => of('text').length === 1)
    expect(server.send(of('opened')[0]!.connection, '[3,"a",{}]')).toBe(true)
    await until('answered', () => state.texts.length === 1)
  })

  it('lets in who names no version, closes on who knows only others, and keeps to a declared one', async () => {
    const { connect, of } = await open([cp(), cp({ identity: 'CP 2', version: '2.0.1' })])
    const silent = connect('/CP-1', [])
    await until('silent', () => silent.state.opened)
    expect(of('opened')[0]).toMatchObject({ version: null })
    const old = connect('/CP-1', ['ocpp1.5'])
    await until('old', () => of('refused').length === 1 && old.state.error !== '')
    expect(of('refused')[0]?.why).toContain('it offers only ocpp1.5')
    const declared = connect('/CP%202', ['ocpp1.6', 'ocpp2.0.1'])
    await until('declared', () => declared.state.opened)
    expect(declared.socket.protocol).toBe('ocpp2.0.1')
  })

  it('says which header of the handshake is missing (lbbrhzn/ocpp#1984)', async () => {
    const { port, of } = await open()
    const said = await new Promise<{ status: number; text: string }>((done, fail) => {
      request(
        { port, host: '127.0.0.1', path: '/CP-1', headers: { Upgrade: 'websocket', 'Sec-WebSocket-Version': '13' } },
        (response) => {
          let text = ''
          response.on('data', (chunk: Buffer) => (text += chunk.toString()))
          response.on('end', () => done({ status: response.statusCode ?? 0, text }))
        },
      )
        .on('error', fail)
        .end()
    })
    expect(said).toMatchObject({ status: 426, text: expect.stringContaining('Connection: Upgrade') })
    expect(said.text).toContain('Sec-WebSocket-Key')
    expect(of('refused')[0]).toMatchObject({ identity: 'CP-1' })
  })

  it('answers an identity it does not know with 404, and a wrong path too', async () => {
    const { connect, of } = await open([cp()], { path: '/ocpp' })
    const cases = ['/ocpp/CP-9', '/CP-1', '/ocpp/', '/ocpp/a/b', '/ocpp/%E0%A4%A']
    const all = cases.map((path) => connect(path))
    await until(
      'all refused',
      () => of('refused').length === cases.length && all.every(({ state }) => state.error !== ''),
    )
    for (const { state } of all) expect(state.error).toContain('404')
    const right = connect('/ocpp/CP-1')
    await until('let in', () => right.state.opened)
  })

  it('wants the password where one is set: plain, hashed, the 20 bytes of a 1.6 key, from a file or the environment', async () => {
    const folderless = await open([
      cp({ identity: 'plain', access: { file: 'plain.txt' } }),
      cp({ identity: 'hashed', access: { file: 'hashed.txt' } }),
      cp({ identity: 'key', access: { environment: 'OCPP_TEST_KEY' } }),
      cp({ identity: 'lost', access: { file: 'lost.txt' } }),
    ])
    const { connect, of, folder } = folderless
    const salt = Buffer.from('0011223344556677', 'hex')
    const key = '00112233445566778899aabbccddeeff00112233'
    writeFileSync(join(folder, 'plain.txt'), 'open sesame\n')
    writeFileSync(
      join(folder, 'hashed.txt'),
      `scrypt:${salt.toString('hex')}:${scryptSync('open sesame', salt, 32).toString('hex')}\n`,
    )
    process.env['OCPP_TEST_KEY'] = key
    cleanups.push(() => delete process.env['OCPP_TEST_KEY'])
    const good = [
      connect('/plain', ['ocpp1.6'], basic('plain', 'open sesame')),
      connect('/hashed', ['ocpp1.6'], basic('hashed', 'open sesame')),
      connect('/key', ['ocpp1.6'], basic('key', Buffer.from(key, 'hex'))),
      connect('/key', ['ocpp1.6'], basic('key', key)),
    ]
    await until('let in', () => good.every(({ state }) => state.opened))
    const bad = [
      connect('/plain', ['ocpp1.6']),
      connect('/plain', ['ocpp1.6'], basic('plain', 'open')),
      connect('/hashed', ['ocpp1.6'], basic('plain', 'open sesame')),
      connect('/hashed', ['ocpp1.6'], basic('hashed', '')),
      connect('/lost', ['ocpp1.6'], basic('lost', 'x')),
    ]
    await until('refused', () => of('refused').length === bad.length)
    expect(
      of('refused')
        .map(({ why }) => why)
        .join('\n'),
    ).not.toContain('sesame')
    expect(bad.map(({ state }) => state.opened)).toEqual(bad.map(() => false))
  })

  it('ends a message that is too long, and costs the others nothing', async () => {
    const { connect, of } = await open([cp(), cp({ identity: 'CP-2' })])
    const [long, other] = [connect(), connect('/CP-2')]
    await until('both', () => of('opened').length === 2)
    long.socket.send('x'.repeat(300 * 1024))
    await until('closed', () => of('closed').length === 1)
    expect(long.state.opened && other.socket.readyState === WebSocket.OPEN).toBe(true)
    other.socket.send('[2,"a","Heartbeat",{}]')
    await until('heard', () => of('text').some(({ text }) => text.includes('Heartbeat')))
  })

  it('reads a flood at a pace it can bear', async () => {
    const { connect, of } = await open()
    const { socket } = connect()
    await until('open', () => of('opened').length === 1)
    for (let turn = 0; turn < 20_000; turn += 1) socket.send(`[2,"${turn}","Heartbeat",{}]`)
    await until('some', () => of('text').length >= 500)
    await wait(300)
    // What is in the socket's own buffer is read whole; the rest waits with the sender.
    expect(of('text').length).toBeLessThan(10_000)
  })

  it('says why its port cannot be had, and takes it when it is free', async () => {
    const first = await open()
    const settings = ocppServerSchema.parse({ port: first.port, host: '127.0.0.1' })
    const second = createOpenOcpp({ clock: systemClock, log: quiet, folder: '.' })(settings, [cp()])
    const events: OcppServerEvent[] = []
    second.listen((event) => {
      events.push(event)
    })
    cleanups.push(() => second.stop())
    second.start()
    await until('told', () => events.length > 0)
    expect(events[0]).toMatchObject({
      kind: 'not-listening',
      why: expect.stringContaining('in use by another program'),
    })
    await first.server.stop()
    await until('listening', () => events.some(({ kind }) => kind === 'listening'))
  })

  it('is understood by a client of another make, with its schemas on (ocpp-rpc)', async () => {
    const { port, of, server } = await open()
    const client = new RPCClient({
      endpoint: `ws://127.0.0.1:${port}`,
      identity: 'CP-1',
      protocols: ['ocpp1.6'],
      strictMode: true,
      reconnect: false,
      // Its types want every option, its code only these.
    } as unknown as ConstructorParameters<typeof RPCClient>[0])
    cleanups.push(() => client.close({ force: true }))
    client.handle('TriggerMessage', async () => ({ status: 'Accepted' }))
    await client.connect()
    await until('open', () => of('opened').length === 1)
    const asked = client.call('Heartbeat', {})
    await until('heard', () => of('text').length === 1)
    const [, id] = JSON.parse(of('text')[0]?.text ?? '[]') as [number, string]
    server.send(of('opened')[0]!.connection, JSON.stringify([3, id, { currentTime: '2026-11-23T10:00:00.000Z' }]))
    expect(await asked).toEqual({ currentTime: '2026-11-23T10:00:00.000Z' })
    server.send(
      of('opened')[0]!.connection,
      '[2,"t1","TriggerMessage",{"requestedMessage":"MeterValues","connectorId":1}]',
    )
    await until('answered', () => of('text').length === 2)
    expect(of('text')[1]?.text).toBe('[3,"t1",{"status":"Accepted"}]')
  })

  it('ends though a charger does not answer the farewell, and another never said what it wants', async () => {
    const { connect: charger, of, server, port } = await open()
    const { socket } = charger()
    await until('open', () => of('opened').length === 1)
    // It reads nothing any more, as one whose modem has lost the network.
    socket.pause()
    const mute = connect(port, '127.0.0.1')
    mute.on('error', () => undefined)
    cleanups.push(() => mute.destroy())
    await once(mute, 'connect')
    await server.stop()
  })
})

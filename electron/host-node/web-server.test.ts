import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { createClient } from '../../shared/api/client.ts'
import type { Caller } from '../../shared/api/define.ts'
import type { Link } from '../../shared/api/link.ts'
import { serve } from '../../shared/api/server.ts'
import { describeBackpressure } from '../../shared/test-support/backpressure-suite.ts'
import { describeLink } from '../../shared/test-support/contract-suite.ts'
import { createEcho, echoContract } from '../../shared/test-support/echo-contract.ts'
import { systemClock } from '../io/clock.ts'
import { createLog } from '../io/log.ts'
import { createPageFiles } from './page-files.ts'
import { createWebLink } from './web-link.ts'
import { startWebServer, type WebServer } from './web-server.ts'

const folder = mkdtempSync(join(tmpdir(), 'tripscope-web-'))
mkdirSync(join(folder, 'assets'))
writeFileSync(join(folder, 'index.html'), '<meta name="style-nonce" content="__STYLE_NONCE__"><p>page</p>')
writeFileSync(join(folder, 'assets', 'index-1.js'), 'export {}')
writeFileSync(join(folder, 'notes.txt'), 'not part of the page')
const log = createLog({ format: 'text', level: 'error', nowMs: () => 0, write: () => undefined })

const here = {
  listen: { address: '127.0.0.1', isLoopback: true, isEvery: false, name: null },
  tls: null,
  clock: systemClock,
} as const
const running: WebServer[] = []
const start = async (onLink: (link: Link, caller: Caller) => void = () => undefined): Promise<WebServer> => {
  const outcome = await startWebServer({
    servePage: createPageFiles(folder, 'index.html'),
    port: 0,
    ...here,
    log,
    onLink,
  })
  if (!outcome.ok) throw new Error(outcome.message)
  running.push(outcome.server)
  return outcome.server
}
afterEach(async () => {
  for (const server of running.splice(0)) await server.close()
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const connect = (
  server: WebServer,
  changes: { origin?: string; token?: string; host?: string; protocols?: string[]; path?: string } = {},
) => {
  const origin = changes.origin ?? `http://127.0.0.1:${server.port}`
  return new WebSocket(
    `ws://127.0.0.1:${server.port}${changes.path ?? '/link'}`,
    changes.protocols ?? ['tripscope.v1', `token.${changes.token ?? server.access.tokens.operator}`],
    { headers: { ...(origin === '' ? {} : { origin }), ...(changes.host ? { host: changes.host } : {}) } },
  )
}
const outcomeOf = (socket: WebSocket) =>
  new Promise<string>((resolve) => {
    socket.on('open', () => resolve(`open ${socket.protocol}`))
    socket.on('unexpected-response', (_request, response) => resolve(String(response.statusCode)))
    socket.on('error', (error) => resolve(error.message))
  })
const get = (port: number, path: string, headers: Record<string, string> = {}, method = 'GET') =>
  new Promise<{ status: number; headers: Record<string, unknown>; body: string }>((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
      let body = ''
      response.on('data', (chunk: Buffer) => {
        body += chunk.toString()
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }))
    })
      .on('error', reject)
      .end()
  })

describeLink('a WebSocket', async () => {
  let accept: (link: Link) => void = () => undefined
  const accepted = new Promise<Link>((resolve) => {
    accept = resolve
  })
  const server = await start((link) => accept(link))
  const socket = connect(server)
  await new Promise((resolve, reject) => {
    socket.once('open', resolve).once('error', reject)
  })
  return { client: createWebLink(socket, systemClock, log), server: await accepted, close: () => server.close() }
})

describeBackpressure('a WebSocket', async () => {
  let accept: (link: Link) => void = () => undefined
  const accepted = new Promise<Link>((resolve) => {
    accept = resolve
  })
  const server = await start((link) => accept(link))
  const socket = connect(server)
  await new Promise((resolve, reject) => {
    socket.once('open', resolve).once('error', reject)
  })
  return {
    client: createWebLink(socket, systemClock, log),
    server: await accepted,
    stopReading: () => socket.pause(),
    readOn: () => socket.resume(),
    close: () => server.close(),
  }
})

describe('who may connect', () => {
  it('takes the operator and the viewer token for what they are', async () => {
    const callers: Caller[] = []
    const server = await start((_link, caller) => callers.push(caller))
    expect(await outcomeOf(connect(server))).toBe('open tripscope.v1')
    expect(await outcomeOf(connect(server, { token: server.access.tokens.viewer }))).toBe('open tripscope.v1')
    expect(callers.map((caller) => caller.role)).toEqual(['operator', 'viewer'])
  })

  it('refuses a wrong token, Origin, Host, path or subprotocol', async () => {
    let links = 0
    const server = await start(() => {
      links += 1
    })
    expect(await outcomeOf(connect(server, { token: 'x'.repeat(32) }))).toBe('401')
    expect(await outcomeOf(connect(server, { token: '' }))).toBe('401')
    expect(await outcomeOf(connect(server, { protocols: ['tripscope.v1'] }))).toBe('401')
    expect(await outcomeOf(connect(server, { protocols: ['other'] }))).toBe('400')
    for (const origin of [
      'http://evil.example',
      '',
      'null',
      `https://127.0.0.1:${server.port}`,
      `http://127.0.0.1:${server.port}.evil.example`,
      'http://127.0.0.1:1',
    ]) {
      expect(await outcomeOf(connect(server, { origin })), origin).toBe('403')
    }
    expect(await outcomeOf(connect(server, { host: 'rebound.example' }))).toBe('421')
    expect(await outcomeOf(connect(server, { path: '/other' }))).toBe('404')
    expect(links).toBe(0)
  })

  it('gives a new token at every start', async () => {
    const [one, two] = [await start(), await start()]
    expect(new Set([one, two].flatMap(({ access }) => Object.values(access.tokens))).size).toBe(4)
  })

  it('disconnects a screen that sends a frame too large, and serves the others', async () => {
    const server = await start((link, caller) => void serve(echoContract, createEcho().handlers, link, caller))
    const flood = connect(server)
    await outcomeOf(flood)
    const closed = new Promise<number>((resolve) => {
      flood.on('close', resolve)
    })
    flood.send('x'.repeat(2 << 20))
    expect(await closed).toBe(1009)
    const socket = connect(server)
    await outcomeOf(socket)
    expect(
      await createClient(echoContract, createWebLink(socket, systemClock, log)).call('double', { value: 3 }),
    ).toEqual({ value: 6 })
  })
})

describe('the page', () => {
  it('carries a strict policy with a nonce that is new each time and in the page', async () => {
    const server = await start()
    const host = `127.0.0.1:${server.port}`
    const [first, second] = [await get(server.port, '/', { host }), await get(server.port, '/', { host })]
    const policy = String(first.headers['content-security-policy'])
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? ''
    expect(nonce.length).toBeGreaterThan(20)
    expect(first.body).toContain(`content="${nonce}"`)
    expect(second.body).not.toContain(nonce)
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain(`connect-src ws://${host}`)
    expect(policy).not.toContain('unsafe')
  })

  it('is only what was built, at our own address', async () => {
    const server = await start()
    const host = `127.0.0.1:${server.port}`
    expect((await get(server.port, '/assets/index-1.js', { host })).status).toBe(200)
    for (const path of [
      '/notes.txt',
      '/../web-server.ts',
      '/..%2f..%2fetc/passwd',
      '/assets/../../etc/passwd',
      '//etc/passwd',
      '/%00',
    ]) {
      expect((await get(server.port, path, { host })).status, path).toBe(404)
    }
    expect((await get(server.port, '/', { host: 'rebound.example' })).status).toBe(421)
    expect((await get(server.port, '/', { host }, 'POST')).status).toBe(405)
  })

  it('says which port is taken and what to do', async () => {
    const first = await start()
    const second = await startWebServer({
      servePage: createPageFiles(folder, 'index.html'),
      port: first.port,
      ...here,
      log,
      onLink: () => undefined,
    })
    expect(second).toEqual({
      ok: false,
      message: expect.stringContaining(
        `port ${first.port} on 127.0.0.1 is already in use; choose another with --port`,
      ) as string,
    })
  })
})

describe('the exchange of an address for a key', () => {
  const post = (server: WebServer, body: string, changes: { origin?: string; host?: string } = {}) =>
    new Promise<{ status: number; body: string }>((resolve, reject) => {
      const sent = request(
        {
          host: '127.0.0.1',
          port: server.port,
          path: '/session',
          method: 'POST',
          headers: {
            host: changes.host ?? `127.0.0.1:${server.port}`,
            origin: changes.origin ?? `http://127.0.0.1:${server.port}`,
          },
        },
        (response) => {
          let text = ''
          response.on('data', (chunk: Buffer) => {
            text += chunk.toString()
          })
          response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }))
        },
      )
      sent.on('error', reject)
      sent.end(body)
    })
  const codeOf = (address: string) => address.split('#code=')[1] ?? ''

  it('gives the key once, to a page of our own only, and tells the host', async () => {
    const used: string[] = []
    const outcome = await startWebServer({
      servePage: createPageFiles(folder, 'index.html'),
      port: 0,
      ...here,
      log,
      onLink: () => undefined,
      onAddressUsed: (role) => used.push(role),
    })
    if (!outcome.ok) throw new Error(outcome.message)
    const { server } = outcome
    running.push(server)
    const code = codeOf(server.address('viewer', null))
    expect(await post(server, code, { origin: 'http://evil.example' })).toMatchObject({ status: 403 })
    expect(await post(server, code, { host: 'rebound.example' })).toMatchObject({ status: 421 })
    const got = await post(server, code)
    expect(JSON.parse(got.body)).toEqual({ token: server.access.tokens.viewer, role: 'viewer' })
    expect(await outcomeOf(connect(server, { token: server.access.tokens.viewer }))).toBe('open tripscope.v1')
    const again = await post(server, code)
    expect(again.status).toBe(401)
    expect(again.body).toContain('already used: each works once')
    expect((await post(server, 'nonsense')).body).toContain('of an earlier start')
    await post(server, codeOf(server.address('operator', 60_000)))
    expect(used, 'an address that was opened for the person is not printed anew').toEqual(['viewer'])
    expect(await post(server, 'x'.repeat(100_000)).catch(() => ({ status: 413 }))).toMatchObject({ status: 413 })
  })
})

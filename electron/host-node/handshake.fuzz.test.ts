import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { createClient } from '../../shared/api/client.ts'
import { serve } from '../../shared/api/server.ts'
import { createEcho, echoContract } from '../../shared/test-support/echo-contract.ts'
import { seededRandom } from '../../shared/test-support/seeded-random.ts'
import { systemClock } from '../io/clock.ts'
import { createLog } from '../io/log.ts'
import { plainReply } from './page-files.ts'
import { sendRaw } from './test-support/raw-socket.ts'
import { createWebLink } from './web-link.ts'
import { startWebServer, type WebServer } from './web-server.ts'

const log = createLog({ format: 'text', level: 'error', nowMs: () => 0, write: () => undefined })
let server: WebServer
const thrown: unknown[] = []
const note = (error: unknown) => void thrown.push(error)

beforeAll(async () => {
  process.on('uncaughtException', note)
  process.on('unhandledRejection', note)
  const outcome = await startWebServer({
    servePage: () => plainReply(200, 'page'),
    port: 0,
    listen: { address: '127.0.0.1', isLoopback: true, isEvery: false, name: null },
    tls: null,
    clock: systemClock,
    log,
    onLink: (link, caller) => void serve(echoContract, createEcho().handlers, link, caller),
  })
  if (!outcome.ok) throw new Error(outcome.message)
  server = outcome.server
})
afterAll(async () => {
  process.off('uncaughtException', note)
  process.off('unhandledRejection', note)
  await server.close()
})

/** The oracle: whatever was sent before, a page with a right key still gets its answer. */
const stillAnswers = async (): Promise<number> => {
  const socket = new WebSocket(
    `ws://127.0.0.1:${server.port}/link`,
    ['tripscope.v1', `token.${server.access.tokens.operator}`],
    { origin: `http://127.0.0.1:${server.port}` },
  )
  await new Promise((resolve, reject) => {
    socket.once('open', resolve).once('error', reject)
  })
  const { value } = await createClient(echoContract, createWebLink(socket, systemClock, log)).call('double', {
    value: 4,
  })
  socket.terminate()
  return value
}

const upgrade = (changes: { token?: string; path?: string; method?: string; more?: string; host?: string } = {}) =>
  Buffer.from(
    [
      `${changes.method ?? 'GET'} ${changes.path ?? '/link'} HTTP/1.1`,
      `Host: ${changes.host ?? `127.0.0.1:${server.port}`}`,
      `Origin: http://127.0.0.1:${server.port}`,
      'Upgrade: websocket',
      'Connection: Upgrade',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      `Sec-WebSocket-Protocol: tripscope.v1, token.${changes.token ?? 'x'}`,
      ...(changes.more === undefined ? [] : [changes.more]),
      '',
      '',
    ].join('\r\n'),
    'latin1',
  )

describe('what a socket says never ends the program', () => {
  it('a key of the right number of characters and another number of bytes is a wrong key', async () => {
    const { length } = server.access.tokens.operator
    const reply = await sendRaw(server.port, upgrade({ token: `${'a'.repeat(length - 1)}\xe9` }), 5000)
    expect(reply.text).toContain('401')
    expect(await stillAnswers()).toEqual(8)
    expect(thrown).toEqual([])
  })

  it('a refused connection is let go of although the other side keeps its end open', async () => {
    for (const bytes of [
      upgrade({ token: 'wrong' }),
      upgrade({ path: '/other' }),
      upgrade({ host: 'evil.example' }),
      upgrade({ method: 'POST', token: server.access.tokens.operator }),
    ]) {
      const reply = await sendRaw(server.port, bytes, 10_000)
      expect(reply.text).toMatch(/^HTTP\/1\.1 4\d\d /)
      expect(reply.wasClosed).toBe(true)
    }
  })

  it('3000 odd requests leave it answering', { timeout: 120_000 }, async () => {
    const random = seededRandom(20261128)
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
    const noise = (length: number) =>
      Array.from({ length }, () => String.fromCharCode(Math.floor(random() * 256))).join('')
    const tokens = () => [
      noise(32),
      `${'a'.repeat(31)}\xe9`,
      server.access.tokens.viewer.slice(0, -1),
      '',
      '\xff'.repeat(32),
      'x'.repeat(9000),
      `${server.access.tokens.operator}, token.x`,
      server.access.tokens.viewer,
    ]
    const lines = () => [
      'Sec-WebSocket-Protocol: ,,,',
      `Sec-WebSocket-Protocol: ${noise(20).replace(/[\r\n]/g, '')}`,
      'Content-Length: 5',
      'Content-Length: -1',
      'Transfer-Encoding: chunked',
      'Expect: 100-continue',
      'Sec-WebSocket-Key: x',
      'Sec-WebSocket-Extensions: permessage-deflate; x=\x00',
      'Host: twice',
      `X-${noise(5)}: 1`,
      'Upgrade: h2c',
      `Cookie: ${'c'.repeat(20_000)}`,
    ]
    const paths = [
      '/link',
      '//',
      '*',
      '/link?x',
      'http://evil/link',
      '/%00',
      `/${'p'.repeat(3000)}`,
      '/session',
      '',
      'link',
    ]
    const methods = ['GET', 'POST', 'PUT', 'CONNECT', 'OPTIONS', 'PRI', '\x00', 'HEAD']
    const bodies = ['', 'code', noise(600), '5\r\nhello\r\n0\r\n\r\n', '\x81\x05hello', '\x81\xfe\xff\xff', '\x88\x80']
    const request = (): Buffer => {
      const whole = upgrade({
        token: pick(tokens()),
        path: pick(paths),
        method: pick(methods),
        ...(random() < 0.6 ? { more: pick(lines()) } : {}),
        ...(random() < 0.1 ? { host: noise(12) } : {}),
      })
      const text = whole.toString('latin1')
      const plain = random() < 0.3 ? text.replace(/Upgrade: websocket\r\nConnection: Upgrade\r\n/, '') : text
      const broken = random() < 0.2 ? plain.slice(0, Math.floor(random() * plain.length)) : plain
      return Buffer.from(broken + pick(bodies), 'latin1')
    }
    for (let round = 0; round < 30; round += 1) {
      await Promise.all(Array.from({ length: 100 }, () => sendRaw(server.port, request(), 60)))
      expect(await stillAnswers(), `after round ${round}`).toBe(8)
    }
    expect(thrown).toEqual([])
  })
})

import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { contractVersion } from '../../shared/api/frames.ts'
import type { Link } from '../../shared/api/link.ts'
import { serve } from '../../shared/api/server.ts'
import { createEcho, echoContract } from '../../shared/test-support/echo-contract.ts'
import { seededRandom } from '../../shared/test-support/seeded-random.ts'
import { systemClock } from '../io/clock.ts'
import { createLog } from '../io/log.ts'
import { createWebLink } from './web-link.ts'

const lines: string[] = []
const log = createLog({ format: 'text', level: 'warn', nowMs: () => 0, write: (line) => lines.push(line) })
const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
  lines.length = 0
})

/** A real socket whose looks at its progress happen when the test says so. */
const open = async () => {
  let look: (() => void) | null = null
  const clock = {
    ...systemClock,
    after: (_delayMs: number, task: () => void) => {
      look = task
      return () => {
        look = null
      }
    },
  }
  const http = createServer()
  servers.push(http)
  const sockets = new WebSocketServer({ server: http })
  const linked = new Promise<Link>((resolve) => {
    sockets.on('connection', (socket) => resolve(createWebLink(socket, clock, log)))
  })
  await new Promise<void>((resolve) => {
    http.listen(0, '127.0.0.1', resolve)
  })
  const page = new WebSocket(`ws://127.0.0.1:${(http.address() as AddressInfo).port}/`)
  await new Promise((resolve) => {
    page.once('open', resolve)
  })
  const link = await linked
  let closed = false
  link.onClose(() => {
    closed = true
  })
  return { link, page, look: () => look?.(), closed: () => closed }
}
const turn = () =>
  new Promise((resolve) => {
    setTimeout(resolve, 20)
  })

describe('a link to a browser', () => {
  it('ends a page that stopped reading, and frees what waited for it', async () => {
    const { link, page, look, closed } = await open()
    page.pause()
    for (let frame = 0; frame < 20; frame += 1) link.send('x'.repeat(1 << 20))
    expect(link.backlog?.()).toBeGreaterThan(1 << 20)
    for (let looks = 0; looks < 6 && !closed(); looks += 1) {
      look()
      await turn()
    }
    expect(closed()).toBe(true)
    expect(lines.join('')).toContain('takes nothing any more')
  })

  it('keeps a page that is quiet but there, and one that reads slowly', async () => {
    const { link, page, look, closed } = await open()
    for (let looks = 0; looks < 6; looks += 1) {
      look()
      await turn()
    }
    expect(closed()).toBe(false)
    page.pause()
    for (let frame = 0; frame < 40; frame += 1) link.send('x'.repeat(1 << 20))
    for (let looks = 0; looks < 6; looks += 1) {
      page.resume()
      await turn()
      page.pause()
      look()
    }
    expect(closed()).toBe(false)
  })

  it('sends texts whole and in order, however large', async () => {
    const { link, page } = await open()
    const got: string[] = []
    page.on('message', (data: Buffer) => got.push(data.toString()))
    const texts = ['a', 'ü€'.repeat(200_000), 'b', 'c'.repeat(3 << 20), '']
    for (const text of texts) link.send(text)
    while (got.length < texts.length) await turn()
    expect(got.map((text) => JSON.parse(text) as string)).toEqual(texts)
  })

  it('tells when waiting bytes have gone', async () => {
    const { link } = await open()
    let drains = 0
    link.onDrain?.(() => {
      drains += 1
    })
    link.send('x'.repeat(1 << 20))
    while (link.backlog?.() !== 0) await turn()
    expect(drains).toBeGreaterThan(0)
  })

  it('closes for a frame that its receiver throws at, and nothing else', async () => {
    const { link, page, closed } = await open()
    link.onFrame(() => {
      throw new Error('a bug')
    })
    page.send('{}')
    while (!closed()) await turn()
    expect(lines.join('')).toContain('a frame could not be handled')
  })

  it('answers binary messages that are no frames with words, each, and goes on', async () => {
    const { link, page, closed } = await open()
    serve(echoContract, createEcho().handlers, link, { role: 'viewer', name: 'Test' })
    const got: Record<string, unknown>[] = []
    page.on('message', (data: Buffer) => got.push(JSON.parse(data.toString()) as Record<string, unknown>))
    const random = seededRandom(5)
    const odd = [
      [],
      [0x54],
      [0x54, 9, 0, 0, 0, 0],
      [0x54, 1, 0xff, 0xff, 0xff, 0xff],
      [0x54, 1, 0, 0, 0, 2, 0x7b, 0x7d],
    ]
    for (let run = 0; run < 200; run += 1)
      odd.push(Array.from({ length: 1 + Math.floor(random() * 60) }, () => Math.floor(random() * 256)))
    for (const bytes of odd) page.send(Uint8Array.from(bytes), { binary: true })
    while (got.length < odd.length) await turn()
    for (const frame of got)
      expect(frame).toMatchObject({ type: 'error', message: expect.stringContaining('binary message of') as string })
    page.send(JSON.stringify({ type: 'hello', contractVersion }))
    while (got.length === odd.length) await turn()
    expect(got.at(-1)).toMatchObject({ type: 'hello' })
    expect(closed()).toBe(false)
  })

  it('refuses a frame above its bound and holds', async () => {
    const { link, closed } = await open()
    expect(() => link.send('x'.repeat(70 << 20))).toThrow(/too large for one piece/)
    expect(closed()).toBe(false)
  })
})

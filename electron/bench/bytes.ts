import { fork } from 'node:child_process'
import { join } from 'node:path'
import { createClient } from '../../shared/api/client.ts'
import { bytesSchema } from '../../shared/api/bytes.ts'
import { flow, type Caller } from '../../shared/api/define.ts'
import type { Link } from '../../shared/api/link.ts'
import { createHostMessageLink } from '../../shared/api/message-link.ts'
import { serve } from '../../shared/api/server.ts'
import { pieceBytes, transferContract } from '../../shared/api/transfer-contract.ts'
import { z } from 'zod'
import { createMemoryPair } from '../../shared/test-support/memory-pair.ts'
import { createTransferPart } from '../core/transfer/transfer-part.ts'
import { whereToServe } from '../host-node/where-to-serve.ts'
import { startWebServer } from '../host-node/web-server.ts'
import { createArchive } from '../io/archive.ts'
import { systemClock } from '../io/clock.ts'
import { randomId } from '../io/new-id.ts'
import type { BenchFigure, BenchOptions, BenchResult } from './result.ts'

const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
const operator: Caller = { role: 'operator', name: 'bench' }
const exportBytes = 500_000_000
const lookEveryMs = 20

/** Processor time of this process, s. */
const worked = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

const inMemory = async (bytes: number): Promise<Pick<Seen, 'perSecond' | 'perWorkedSecond'>> => {
  const contract = { bytes: flow(z.strictObject({}), bytesSchema(pieceBytes)) } as const
  const { left, right } = createMemoryPair()
  const piece = new Uint8Array(pieceBytes)
  const handlers = {
    bytes: async function* () {
      for (let sent = 0; sent < bytes; sent += pieceBytes) yield piece
    },
  }
  serve(contract, handlers, right, operator)
  const startedMs = performance.now()
  const workedS = worked()
  let taken = 0
  for await (const { length } of createClient(contract, left).pull('bytes', {})) taken += length
  const megabytes = taken / 1e6
  return {
    perSecond: megabytes / ((performance.now() - startedMs) / 1000),
    perWorkedSecond: megabytes / (worked() - workedS),
  }
}

const createFiles = () => {
  const transfers = createTransferPart({ clock: systemClock, newId: randomId, archive: createArchive() })
  const offer = () =>
    transfers.offer({
      fileName: 'export.bin',
      mediaType: 'application/octet-stream',
      content: async function* () {
        for (let made = 0; made < exportBytes; made += 100_000) yield new Uint8Array(100_000).fill(made % 251)
      },
    })
  return { transfers, offer }
}

interface Seen {
  /** Megabytes in a second, and in a second of this process's own work: the latter does not count what else the machine does. */
  readonly perSecond: number
  readonly perWorkedSecond: number
  /** Resident memory of this process above what it was before, MB. */
  readonly growthMb: number
}

/** Runs the page in a process of its own and watches this one meanwhile. */
const fetchedBy = async (args: readonly string[], serveMessages: ((link: Link) => void) | null): Promise<Seen> => {
  globalThis.gc?.()
  const rss = () => process.memoryUsage.rss()
  const before = rss()
  let most = before
  const workedS = worked()
  const watch = setInterval(() => {
    most = Math.max(most, rss())
  }, lookEveryMs)
  const page = fork(join(import.meta.dirname, 'bytes-page.ts'), [...args], { serialization: 'advanced' })
  if (serveMessages !== null)
    serveMessages(
      createHostMessageLink({
        post: (message) => page.connected && page.send({ message }),
        onMessage: (listener) => {
          const receive = (said: unknown) => {
            const { to, message } = said as { readonly to: string; readonly message: unknown }
            if (to === 'host') listener(message)
          }
          page.on('message', receive)
          return () => page.off('message', receive)
        },
      }),
    )
  try {
    const done = await new Promise<{ bytes: number; tookMs: number }>((resolve, reject) => {
      page.on('message', (said) => {
        if ((said as { to: string }).to === 'bench') resolve(said as { to: string; bytes: number; tookMs: number })
      })
      page.once('exit', (code) => reject(new Error(`the page ended with ${String(code)}`)))
    })
    if (done.bytes !== exportBytes) throw new Error(`${done.bytes} of ${exportBytes} bytes arrived`)
    const megabytes = done.bytes / 1e6
    return {
      perSecond: megabytes / (done.tookMs / 1000),
      perWorkedSecond: megabytes / (worked() - workedS),
      growthMb: (most - before) / 1e6,
    }
  } finally {
    clearInterval(watch)
    page.kill()
  }
}

const overSocket = async (): Promise<Seen> => {
  const { transfers, offer } = createFiles()
  const place = await whereToServe({ listen: null, insecureListen: false, tls: null })
  if (!place.ok) throw new Error(place.message)
  const outcome = await startWebServer({
    servePage: () => {
      throw new Error('no page is served here')
    },
    port: 0,
    listen: place.listen,
    tls: null,
    clock: systemClock,
    log,
    onLink: (link, caller) => void serve(transferContract, transfers.handlers, link, caller),
  })
  if (!outcome.ok) throw new Error(outcome.message)
  const { server } = outcome
  try {
    const url = `ws://127.0.0.1:${server.port}/link`
    return await fetchedBy([offer(), url, server.access.tokens.operator], null)
  } finally {
    await server.close()
  }
}

const overMessages = (): Promise<Seen> => {
  const { transfers, offer } = createFiles()
  return fetchedBy([offer()], (link) => void serve(transferContract, transfers.handlers, link, operator))
}

const speed = (label: string, { perSecond: value }: Pick<Seen, 'perSecond'>, least: number | null): BenchFigure => ({
  label,
  value,
  unit: 'MB/s',
  target: least === null ? 'told, no target' : `at least ${least} MB/s`,
  met: least === null || value >= least,
})
const work = (label: string, { perWorkedSecond }: Pick<Seen, 'perWorkedSecond'>): BenchFigure => ({
  label: `  the same for each second of work of the host: ${label}`,
  value: perWorkedSecond,
  unit: 'MB',
  target: 'told, no target',
  met: true,
})
const growth = (label: string, value: number): BenchFigure => ({
  label,
  value,
  unit: 'MB',
  target: 'under 64 MB',
  met: value < 64,
})

/** Bytes through the contract, and what a large export costs the host's memory. */
export const run = async ({ isLong }: BenchOptions): Promise<BenchResult> => {
  const memory = await inMemory(isLong ? 20e9 : 2e9)
  const socket = await overSocket()
  const messages = await overMessages()
  return {
    name: 'Bytes through the contract, and an export of 500 MB to a page in a process of its own',
    results: [
      speed('in memory, encoded and decoded as for a socket', memory, 200),
      work('in memory', memory),
      speed('over a WebSocket on this computer, as a file with its hash', socket, 50),
      work('WebSocket', socket),
      speed('as structured clones between processes of Node, as a file', messages, null),
      work('structured clones', messages),
      growth("growth of the host's resident memory, WebSocket", socket.growthMb),
      growth("growth of the host's resident memory, structured clones", messages.growthMb),
    ],
  }
}

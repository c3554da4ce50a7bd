import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { bytesSchema } from '../api/bytes.ts'
import { createClient } from '../api/client.ts'
import { flow, query, stream, type Handlers } from '../api/define.ts'
import type { Link } from '../api/link.ts'
import { serve } from '../api/server.ts'

/** A page on a real transport that can stop reading, as one whose tab hangs does. */
export interface StoppablePair {
  readonly client: Link
  readonly server: Link
  readonly stopReading: () => void
  readonly readOn: () => void
  readonly close: () => Promise<void> | void
}

const block = 256 * 1024
const bulkContract = {
  file: flow(z.strictObject({ blocks: z.number() }), bytesSchema(block)),
  answer: query(z.strictObject({}), bytesSchema(4 * block)),
  picture: stream('latest', z.strictObject({}), z.object({ seq: z.number(), bytes: bytesSchema(block) })),
  rows: stream('every', z.strictObject({}), bytesSchema(block)),
} as const

const createBulk = () => {
  const state = { made: 0, isFlowing: false, begun: 0, running: 0 }
  const pictures = new Set<(value: { seq: number; bytes: Uint8Array }) => void>()
  const rows = new Set<(value: Uint8Array) => void>()
  const follow = <T>(all: Set<T>, push: T) => {
    all.add(push)
    return () => all.delete(push)
  }
  const handlers: Handlers<typeof bulkContract> = {
    file: async function* ({ blocks }) {
      state.isFlowing = true
      try {
        for (let at = 0; at < blocks; at += 1) {
          state.made += 1
          yield new Uint8Array(block).fill(at)
        }
      } finally {
        state.isFlowing = false
      }
    },
    answer: () => {
      state.begun += 1
      return new Uint8Array(4 * block)
    },
    picture: (_input, push) => follow(pictures, push),
    rows: (_input, push) => follow(rows, push),
  }
  return { state, handlers, pictures, rows }
}

const turn = () =>
  new Promise((resolve) => {
    setTimeout(resolve, 2)
  })
const until = async (condition: () => boolean) => {
  while (!condition()) await turn()
}
/** Waits until the number has not changed for many turns. */
const settled = async (value: () => number) => {
  for (let last = NaN, same = 0; same < 60; same = value() === last ? same + 1 : 0) {
    last = value()
    await turn()
  }
  return value()
}

/** What the host holds for a page that stopped reading is bounded by bytes, and what waited goes on when it reads again. */
export const describeBackpressure = (name: string, open: () => Promise<StoppablePair>): void => {
  const start = async (options: { dropAboveBytes?: number } = {}) => {
    const pair = await open()
    const bulk = createBulk()
    const reports: string[] = []
    serve(
      bulkContract,
      bulk.handlers,
      pair.server,
      { role: 'viewer', name: 'Slow page' },
      {
        ...options,
        report: (_trouble, message) => reports.push(message),
      },
    )
    const client = createClient(bulkContract, pair.client)
    await client.welcome
    const backlog = () => pair.server.backlog?.() ?? 0
    return { pair, client, bulk, backlog, reports }
  }

  describe(`a page that stops reading over ${name}`, () => {
    it('holds up the flow it asked for: no more is made than is on its way, and it goes on to its end', async () => {
      const { pair, client, bulk, backlog } = await start()
      let taken = 0
      const all = (async () => {
        for await (const bytes of client.pull('file', { blocks: 400 })) {
          expect(bytes[0]).toBe(taken % 256)
          taken += 1
          if (taken === 20) pair.stopReading()
        }
      })()
      await until(() => taken === 20)
      const made = await settled(() => bulk.state.made)
      expect(made).toBeLessThan(20 + 8)
      expect(backlog()).toBeLessThanOrEqual(8 * block)
      expect(bulk.state.isFlowing).toBe(true)
      pair.readOn()
      await all
      expect([taken, bulk.state.made, bulk.state.isFlowing]).toEqual([400, 400, false])
      await pair.close()
    })

    it('that goes away ends the flow', async () => {
      const { pair, client, bulk } = await start()
      const values = client.pull('file', { blocks: 1_000_000 })[Symbol.asyncIterator]()
      await values.next()
      pair.stopReading()
      await settled(() => bulk.state.made)
      await pair.close()
      await until(() => !bulk.state.isFlowing)
    })

    it('gets the newest picture when it reads again, and never a queue of old ones', async () => {
      const { pair, client, bulk, backlog } = await start()
      const seen: number[] = []
      client.subscribe('picture', {}, ({ seq }) => seen.push(seq))
      await until(() => bulk.pictures.size === 1)
      pair.stopReading()
      let most = 0
      for (let seq = 1; seq <= 200; seq += 1) {
        for (const push of bulk.pictures) push({ seq, bytes: new Uint8Array(block) })
        most = Math.max(most, backlog())
        if (seq % 10 === 0) await turn()
      }
      expect(most).toBeLessThan(4 * block)
      pair.readOn()
      await until(() => seen.at(-1) === 200)
      expect(seen.length).toBeLessThan(10)
      await pair.close()
    })

    it('has only as many answers made as fit, and all of them when it reads again', async () => {
      const { pair, client, bulk, backlog } = await start()
      pair.stopReading()
      const answers = Array.from({ length: 60 }, () => client.call('answer', {}))
      await until(() => bulk.state.begun > 0)
      const begun = await settled(() => bulk.state.begun)
      // What the transport itself takes unseen (a socket's buffers), and those that may run at once.
      expect(begun).toBeLessThan(40)
      expect(backlog()).toBeLessThan(40 * block)
      pair.readOn()
      expect((await Promise.all(answers)).map(({ length }) => length)).toEqual(answers.map(() => 4 * block))
      await pair.close()
    })

    it('is let go with words where rows that may not be dropped pile up, and frees what waited', async () => {
      const { pair, client, bulk, backlog, reports } = await start({ dropAboveBytes: 16 << 20 })
      client.subscribe('rows', {}, () => undefined)
      await until(() => bulk.rows.size === 1)
      pair.stopReading()
      let most = 0
      let ended = false
      pair.server.onClose(() => {
        ended = true
      })
      for (let row = 0; row < 1000 && bulk.rows.size > 0; row += 1) {
        for (const push of bulk.rows) push(new Uint8Array(block))
        most = Math.max(most, backlog())
        await turn()
      }
      expect(bulk.rows.size).toBe(0)
      expect(most).toBeLessThan((16 << 20) + 2 * block)
      expect(reports.join()).toContain('fell too far behind')
      pair.readOn()
      await until(() => ended)
      expect(backlog()).toBe(0)
      await pair.close()
    })
  })
}

import { describe, expect, it } from 'vitest'
import { createClient } from '../api/client.ts'
import { Refusal, type Caller } from '../api/define.ts'
import type { Link } from '../api/link.ts'
import { serve } from '../api/server.ts'
import type { FrameTrouble } from '../api/server-voice.ts'
import { createEcho, echoContract } from './echo-contract.ts'

export interface LinkPair {
  readonly client: Link
  readonly server: Link
  readonly close: () => Promise<void> | void
}

const operator: Caller = { role: 'operator', name: 'Test' }

/** Waits until the condition holds; the runner's own timeout is the bound. */
const until = async (condition: () => boolean) => {
  while (!condition())
    await new Promise((resolve) => {
      setImmediate(resolve)
    })
}

/** What every transport must do, said once: run over the pair in memory and over a real WebSocket. */
export const describeLink = (name: string, open: () => Promise<LinkPair>): void => {
  const start = async (caller: Caller = operator) => {
    const pair = await open()
    const echo = createEcho()
    const troubles: [FrameTrouble, string][] = []
    const stop = serve(echoContract, echo.handlers, pair.server, caller, {
      report: (...trouble) => troubles.push(trouble),
      checkOutputs: true,
    })
    const replies: unknown[] = []
    const unlisten = pair.client.onFrame((frame) => replies.push(frame))
    return { pair, echo, troubles, stop, replies, unlisten }
  }

  describe(`the contract over ${name}`, () => {
    it('greets, answers a query, applies defaults and carries large answers', async () => {
      const { pair } = await start()
      const client = createClient(echoContract, pair.client)
      expect(await client.welcome).toEqual({ role: 'operator', name: 'Test' })
      expect(await client.call('double', { value: 21 })).toEqual({ value: 42 })
      expect(await client.call('defaults', {})).toBe('none')
      expect((await client.call('big', { bytes: 3_000_000 })).length).toBe(3_000_000)
      await pair.close()
    })

    it('brings back a refusal as a refusal and a bug as an error, and goes on', async () => {
      const { pair, troubles } = await start()
      const client = createClient(echoContract, pair.client)
      await expect(client.call('refuse', {})).rejects.toThrow(Refusal)
      await expect(client.call('refuse', {})).rejects.toThrow('process 12 holds it')
      await expect(client.call('break', {})).rejects.toThrow('break failed: a bug')
      expect(troubles.map(([kind]) => kind)).toEqual(['failed'])
      expect(await client.call('double', { value: 1 })).toEqual({ value: 2 })
      await pair.close()
    })

    it('parses every input: a wrong one is answered with where and what', async () => {
      const { pair, echo, troubles } = await start()
      const client = createClient(echoContract, pair.client)
      await expect(client.call('double', { value: 'much' as unknown as number })).rejects.toThrow(
        /double: value: .*expected number/,
      )
      await expect(client.call('switch', { on: true, extra: 1 } as never)).rejects.toThrow(/extra/)
      await expect(client.call('nothing' as never, {} as never)).rejects.toThrow(
        '"nothing" is not a query or command of this program',
      )
      await expect(client.call('constructor' as never, {} as never)).rejects.toThrow('is not a query or command')
      await expect(client.call('ticks' as never, {} as never)).rejects.toThrow('is not a query or command')
      expect(troubles.map(([kind]) => kind)).toEqual([
        'bad-input',
        'bad-input',
        'unknown-name',
        'unknown-name',
        'unknown-name',
      ])
      expect(echo.commands).toEqual([])
      await pair.close()
    })

    it('lets an operator command and refuses a viewer', async () => {
      const asOperator = await start()
      await createClient(echoContract, asOperator.pair.client).call('switch', { on: true })
      expect(asOperator.echo.commands).toEqual([{ on: true, by: 'Test' }])
      await asOperator.pair.close()

      const asViewer = await start({ role: 'viewer', name: 'Visitor' })
      const client = createClient(echoContract, asViewer.pair.client)
      await expect(client.call('switch', { on: true })).rejects.toThrow(/viewing only/)
      expect(asViewer.echo.commands).toEqual([])
      expect(await client.call('double', { value: 2 })).toEqual({ value: 4 })
      await asViewer.pair.close()
    })

    it('streams a snapshot then every row in order, and stops when asked', async () => {
      const { pair, echo } = await start()
      const client = createClient(echoContract, pair.client)
      const rows: number[] = []
      const stop = client.subscribe('rows', { from: 100 }, (row) => rows.push(row))
      await until(() => echo.running('rows') === 1)
      for (let row = 1; row <= 500; row += 1) echo.push('rows', row)
      await until(() => rows.length === 501)
      expect(rows).toEqual([100, ...Array.from({ length: 500 }, (_, index) => index + 1)])
      stop()
      await until(() => echo.running('rows') === 0)
      await pair.close()
    })

    it('carries bytes in inputs, answers and streams, as they are', async () => {
      const { pair, troubles } = await start()
      const client = createClient(echoContract, pair.client)
      const bytes = Uint8Array.from({ length: 300_000 }, (_, index) => index % 251)
      const { blocks } = await client.call('reverse', { bytes })
      expect(blocks.map(({ length }) => length)).toEqual([300_000, 0])
      expect(blocks[0]?.constructor).toBe(Uint8Array)
      expect(Buffer.compare(Uint8Array.from(blocks[0] ?? []).reverse(), bytes)).toBe(0)
      const pushed = await new Promise<Uint8Array>((resolve) => {
        client.subscribe('samples', {}, resolve)
      })
      expect([...pushed]).toEqual([1, 2, 3])
      await expect(client.call('reverse', { bytes: 'AQID' as never })).rejects.toThrow('bytes: expected bytes')
      expect(troubles.map(([kind]) => kind)).toEqual(['bad-input'])
      await pair.close()
    })

    it('gives a flow piece by piece as it is taken, no more ahead than its window, to its end', async () => {
      const { pair, echo } = await start()
      const client = createClient(echoContract, pair.client)
      let taken = 0
      for await (const { at, bytes } of client.pull('file', { size: 50 })) {
        expect([at, bytes[0], bytes.length]).toEqual([taken, taken, 1000])
        await new Promise((resolve) => {
          setImmediate(resolve)
        })
        expect(echo.made() - taken).toBeLessThanOrEqual(5)
        taken += 1
      }
      expect([taken, echo.made(), echo.flowing()]).toEqual([50, 50, 0])
      await pair.close()
    })

    it('ends a flow whose reader leaves, and one whose link is lost', async () => {
      const { pair, echo } = await start()
      const client = createClient(echoContract, pair.client)
      for await (const { at } of client.pull('file', { size: 1_000_000 })) if (at === 3) break
      await until(() => echo.flowing() === 0)
      const reader = client.pull('file', { size: 1_000_000 })[Symbol.asyncIterator]()
      await reader.next()
      expect(echo.flowing()).toBe(1)
      pair.server.close()
      await until(() => echo.flowing() === 0)
      const rest = async () => {
        while ((await reader.next()).done !== true);
      }
      await expect(rest()).rejects.toThrow('The connection to the program was lost')
      await pair.close()
    })

    it('ends a flow that is refused, that fails or that nobody has with the reason', async () => {
      const { pair, troubles, echo } = await start()
      const client = createClient(echoContract, pair.client)
      const all = async (input: { size: number; failAt?: number }) => {
        let pieces = 0
        for await (const _ of client.pull('file', input)) pieces += 1
        return pieces
      }
      await expect(all({ size: -1 })).rejects.toThrow(Refusal)
      await expect(all({ size: 9, failAt: 5 })).rejects.toThrow('file failed: the disk broke')
      await expect(all({ size: 'much' as never })).rejects.toThrow('file: size:')
      await expect(
        client
          .pull('double' as never, {} as never)
          [Symbol.asyncIterator]()
          .next(),
      ).rejects.toThrow('"double" is not a flow of this program')
      expect(troubles.map(([kind]) => kind)).toEqual(['failed', 'bad-input', 'unknown-name'])
      expect(echo.flowing()).toBe(0)
      expect(await all({ size: 3 })).toBe(3)
      await pair.close()
    })

    it('ends a stream that cannot start with the reason', async () => {
      const { pair } = await start()
      const client = createClient(echoContract, pair.client)
      const why = await new Promise<string>((resolve) => {
        client.subscribe('no-such-meter', {}, () => undefined, resolve)
      })
      expect(why).toBe('no meter of that id')
      await pair.close()
    })

    it('drops the subscriptions of a page that was reloaded', async () => {
      const { pair, echo } = await start()
      createClient(echoContract, pair.client).subscribe('ticks', {}, () => undefined)
      await until(() => echo.running('ticks') === 1)
      createClient(echoContract, pair.client).subscribe('rows', { from: 0 }, () => undefined)
      await until(() => echo.running('rows') === 1)
      expect(echo.running('ticks')).toBe(0)
      await pair.close()
    })

    it('tells a screen of another version to reload', async () => {
      const { pair, replies } = await start()
      pair.client.send({ type: 'hello', contractVersion: 999 })
      await until(() => replies.length > 0)
      expect(replies[0]).toMatchObject({ type: 'goodbye', message: expect.stringContaining('reload') as string })
      await pair.close()
    })

    it('answers frames before hello, unknown frames and garbage with an error each', async () => {
      const { pair, replies, troubles } = await start()
      for (const frame of [
        { type: 'call', id: 1, method: 'double', input: { value: 1 } },
        { type: 'open-window' },
        'text',
        null,
        7,
        [1],
        {},
      ])
        pair.client.send(frame)
      await until(() => replies.length === 7)
      for (const reply of replies) expect(reply).toMatchObject({ type: 'error' })
      expect(troubles.map(([kind]) => kind)).toEqual(['out-of-order', ...Array.from({ length: 6 }, () => 'malformed')])
      await pair.close()
    })

    it('stops subscriptions and rejects calls when the link closes', async () => {
      const { pair, echo } = await start()
      const client = createClient(echoContract, pair.client)
      const ends: string[] = []
      client.subscribe(
        'rows',
        { from: 0 },
        () => undefined,
        (why) => ends.push(`rows: ${why}`),
      )
      await until(() => echo.running('rows') === 1)
      client.onEnd((why) => ends.push(why))
      pair.server.close()
      await until(() => ends.length === 2 && echo.running('rows') === 0)
      expect(ends).toEqual(['rows: The connection to the program was lost.', 'The connection to the program was lost.'])
      await expect(client.call('double', { value: 1 })).rejects.toThrow('lost')
      await pair.close()
    })
  })
}

import { describe, expect, it } from 'vitest'
import { createEcho, echoContract } from '../test-support/echo-contract.ts'
import { seededRandom } from '../test-support/seeded-random.ts'
import { createClient } from './client.ts'
import { contractVersion } from './frames.ts'
import type { Link } from './link.ts'
import { serve } from './server.ts'

const fuzzedFrames = 100_000

const seeds: readonly unknown[] = [
  { type: 'hello', contractVersion },
  { type: 'call', id: 1, method: 'double', input: { value: 4 } },
  { type: 'call', id: 2, method: 'switch', input: { on: true } },
  { type: 'call', id: 3, method: 'break', input: {} },
  { type: 'subscribe', id: 4, stream: 'ticks', input: {} },
  { type: 'subscribe', id: 5, stream: 'rows', input: { from: 3 } },
  { type: 'unsubscribe', id: 4 },
  { type: 'got', id: 5, count: 1 },
  { type: 'pull', id: 6, flow: 'file', input: { size: 2 } },
  { type: 'call', id: 8, method: 'reverse', input: { bytes: new Uint8Array(3) } },
  { type: 'done', id: 6 },
  { type: 'result', id: 1, value: 3 },
  { type: 'push', id: 4, count: 1, value: 3 },
  { type: 'goodbye', message: 'x' },
]
const oddValues: readonly unknown[] = [
  null,
  undefined,
  true,
  -1,
  0,
  1.5,
  2 ** 53,
  -0,
  NaN,
  Infinity,
  '',
  'hello',
  '__proto__',
  'constructor',
  'toString',
  'x'.repeat(5000),
  [],
  [[]],
  {},
  { length: 3 },
  { toString: 1 },
  { then: 1 },
  new Map([['type', 'hello']]),
  10n,
  Symbol('s'),
  () => 1,
  new Date(0),
  new Uint8Array(8),
  Object.create(null),
]

/** One seed frame with up to three random changes anywhere in it: values swapped, keys added, removed or renamed. */
const mutate = (random: () => number): unknown => {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
  let frame = structuredClone(pick(seeds)) as Record<string, unknown> | unknown
  const changes = Math.floor(random() * 4)
  for (let change = 0; change < changes; change += 1) {
    if (typeof frame !== 'object' || frame === null || Object.getPrototypeOf(frame) !== Object.prototype) return frame
    const record = frame as Record<string, unknown>
    const keys = Object.keys(record)
    const inner = record['input']
    const target =
      random() < 0.4 && typeof inner === 'object' && inner !== null && Object.getPrototypeOf(inner) === Object.prototype
        ? (inner as Record<string, unknown>)
        : record
    const key =
      random() < 0.7
        ? pick(keys.length > 0 ? keys : ['type'])
        : pick(['type', 'id', 'method', 'input', 'stream', 'count', '__proto__', 'value', 'on'])
    const act = random()
    if (act < 0.6)
      Object.defineProperty(target, key, {
        value: pick(oddValues),
        enumerable: true,
        configurable: true,
        writable: true,
      })
    else if (act < 0.8) Reflect.deleteProperty(target, key)
    else if (act < 0.9)
      Reflect.set(target, key, pick(['double', 'switch', 'ticks', 'hasOwnProperty', 'live', 'call', 'subscribe']))
    else frame = pick(oddValues)
  }
  return frame
}

/** A link without a transport: frames reach the other side as the very objects, the worst an IPC could hand over. */
const rawLink = () => {
  const listeners = new Set<(frame: unknown) => void>()
  const sent: unknown[] = []
  let closes = 0
  const link: Link = {
    send: (frame) => sent.push(frame),
    onFrame: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    onClose: () => () => undefined,
    close: () => {
      closes += 1
    },
  }
  return {
    link,
    sent,
    deliver: (frame: unknown) => {
      for (const listener of [...listeners]) listener(frame)
    },
    closes: () => closes,
  }
}

describe('hostile frames', () => {
  it(`${fuzzedFrames} mutated frames never throw into the server, and it still answers afterwards`, async () => {
    const random = seededRandom(20261123)
    const echo = createEcho()
    let reported = 0
    let accepted = 0
    let side = rawLink()
    const start = () => {
      side = rawLink()
      serve(
        echoContract,
        echo.handlers,
        side.link,
        { role: 'viewer', name: 'Fuzz' },
        {
          report: () => {
            reported += 1
          },
        },
      )
      side.deliver({ type: 'hello', contractVersion })
    }
    start()
    for (let count = 0; count < fuzzedFrames; count += 1) {
      const frame = mutate(random)
      side.deliver(frame)
      // A hello of another version ends the link by design: a new one takes its place.
      if (side.closes() > 0) start()
      if (count % 500 === 0) {
        await Promise.resolve()
        accepted += side.sent.filter((reply) => (reply as { type: string }).type === 'result').length
        side.sent.length = 0
      }
    }
    expect(echo.commands, 'a viewer never commands, however the frame looks').toEqual([])
    expect(reported).toBeGreaterThan(fuzzedFrames / 10)
    expect(accepted).toBeGreaterThan(100)
    side.deliver({ type: 'hello', contractVersion })
    side.deliver({ type: 'call', id: 7, method: 'double', input: { value: 8 } })
    await new Promise((resolve) => {
      setImmediate(resolve)
    })
    expect(side.sent).toContainEqual({ type: 'result', id: 7, value: { value: 16 } })
  })

  it('nor into the client', async () => {
    const random = seededRandom(4711)
    const side = rawLink()
    let reported = 0
    const client = createClient(echoContract, side.link, () => {
      reported += 1
    })
    client.subscribe('ticks', {}, () => undefined)
    for (let count = 0; count < fuzzedFrames / 4; count += 1) side.deliver(mutate(random))
    expect(reported).toBeGreaterThan(1000)
    const answer = client.call('double', { value: 2 })
    const call = side.sent.findLast((frame) => (frame as { type: string }).type === 'call') as { id: number }
    side.deliver({ type: 'result', id: call.id, value: { value: 4 } })
    expect(await answer).toEqual({ value: 4 })
  })
})

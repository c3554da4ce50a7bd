import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createClient } from '../../shared/api/client.ts'
import { query, stream } from '../../shared/api/define.ts'
import { serve } from '../../shared/api/server.ts'
import { siteContract } from '../../shared/api/site-contract.ts'
import { foldNamed } from '../../shared/fold-named.ts'
import { createMemoryPair } from '../../shared/test-support/memory-pair.ts'
import { foldParts } from './fold-parts.ts'
import type { Part } from './part.ts'
import type { Log } from './ports.ts'

const errors: string[] = []
const log: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: (message) => errors.push(message),
}

type Nothing = Record<never, never>
const quiet = (name: string, more: Partial<Part<Nothing>> = {}): Part<Nothing> => ({
  name,
  handlers: {},
  ...more,
})

/** A part of another kind, as a new folder would hold it: its slice, and its factory. */
const pulseContract = {
  'pulse.count': query(z.strictObject({}), z.object({ count: z.number() })),
  pulse: stream('every', z.strictObject({}), z.number()),
} as const
const createPulsePart = (): Part<typeof pulseContract> & { readonly beat: () => void } => {
  const listeners = new Set<(count: number) => void>()
  let count = 0
  return {
    name: 'the pulse',
    handlers: {
      'pulse.count': () => ({ count }),
      pulse: (_input, push) => {
        listeners.add(push)
        return () => listeners.delete(push)
      },
    },
    beat: () => {
      count += 1
      for (const listener of listeners) listener(count)
    },
    stop: () => {
      listeners.clear()
    },
    health: () => (count > 2 ? `it beat ${count} times, at most 2 were expected` : null),
  }
}

describe('parts folded into one', () => {
  it('a part of another kind is its own slice and factory, and one line in each list', async () => {
    const contract = foldNamed([siteContract, pulseContract], 'slices of the contract')
    const pulse = createPulsePart()
    const describer: Part<typeof siteContract> = {
      name: 'the description',
      handlers: {
        'site.describe': () => {
          throw new Error('not asked here')
        },
      },
    }
    const parts = foldParts([describer, pulse], log)
    const { left, right } = createMemoryPair()
    serve(contract, parts.handlers, right, { role: 'viewer', name: 'Test' })
    const client = createClient(contract, left)
    parts.start()
    const seen: number[] = []
    client.subscribe('pulse', {}, (count) => seen.push(count))
    expect(await client.call('pulse.count', {})).toEqual({ count: 0 })
    pulse.beat()
    pulse.beat()
    expect(await client.call('pulse.count', {})).toEqual({ count: 2 })
    expect(seen).toEqual([1, 2])
    expect(parts.failing()).toEqual([])
    pulse.beat()
    expect(parts.failing()).toEqual([{ part: 'the pulse', why: 'it beat 3 times, at most 2 were expected' }])
    await parts.stop('over')
  })

  it('starts in order and stops in the opposite one, each after the one before is done', async () => {
    const seen: string[] = []
    const slow = (name: string) =>
      quiet(name, {
        start: () => {
          seen.push(`start ${name}`)
        },
        stop: async (why) => {
          await new Promise((resolve) => {
            setImmediate(resolve)
          })
          seen.push(`stop ${name}: ${why}`)
        },
      })
    const parts = foldParts([slow('a'), slow('b'), slow('c')], log)
    parts.start()
    await parts.stop('closing')
    expect(seen).toEqual(['start a', 'start b', 'start c', 'stop c: closing', 'stop b: closing', 'stop a: closing'])
  })

  it('one that throws costs the others nothing and is told', async () => {
    errors.length = 0
    let isStopped = false
    const throwing = () => {
      throw new Error('a bug')
    }
    const parts = foldParts(
      [
        quiet('the first', {
          stop: () => {
            isStopped = true
          },
        }),
        quiet('the broken one', { start: throwing, stop: throwing }),
        quiet('the sick one', { health: throwing }),
      ],
      log,
    )
    parts.start()
    expect(parts.failing().map(({ part }) => part)).toEqual(['the broken one', 'the sick one'])
    expect(parts.failing()[0]?.why).toContain('it could not be started')
    await parts.stop('over')
    expect(isStopped).toBe(true)
    expect(errors).toEqual(['the broken one could not be started', 'the broken one could not be stopped'])
  })

  it('refuses a handler that two of them have, by type and at the start', () => {
    const one: Part<typeof pulseContract> = createPulsePart()
    const other: Part<Pick<typeof pulseContract, 'pulse.count'>> = {
      name: 'another',
      handlers: { 'pulse.count': () => ({ count: 1 }) },
    }
    // @ts-expect-error -- 'pulse.count' is in both
    expect(() => foldParts([one, other], log)).toThrow('two parts of the program have the name "pulse.count"')
  })
})

describe('slices of a contract', () => {
  it('with a name twice are refused by type and at the start', () => {
    // @ts-expect-error -- 'pulse' is in both
    expect(() => foldNamed([pulseContract, { pulse: pulseContract.pulse }], 'slices of the contract')).toThrow(
      'two slices of the contract have the name "pulse"',
    )
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MeterLog } from '../../../shared/meter-records/own-records.ts'
import { writeStamp, type Stamp } from '../../../shared/meter-records/stamp.ts'
import type { Asked, MeterWay } from './meter-way.ts'
import { createPausedLog } from './paused-log.ts'
import { readLog } from './read-log.ts'

const layout = { control: 39422, pointer: 39423 }

/** A meter whose log can be paused, behind a line that loses requests and replies as it is told. */
const pausable = (fates: readonly ('ok' | 'lost-request' | 'lost-reply' | 'refused')[]) => {
  let isPaused = false
  let turn = 0
  let isMended = false
  const answer = (task: () => void): Promise<Asked> => {
    const fate = isMended ? 'ok' : (fates[turn++ % Math.max(1, fates.length)] ?? 'ok')
    if (fate === 'ok' || fate === 'lost-reply') task()
    return Promise.resolve(
      fate === 'ok'
        ? { ok: true, words: [0], sentMs: 0, atMs: 0 }
        : { ok: false, why: fate, isRefused: fate === 'refused' },
    )
  }
  const way: MeterWay = {
    read: () => answer(() => undefined),
    readFile: () => answer(() => undefined),
    write: (address, words) =>
      answer(() => {
        if (address === layout.control) isPaused = (words[0] ?? 0) >> 8 === 0
        if (address === layout.pointer && words[0] === 0xffff) isPaused = false
      }),
  }
  return { way, isPaused: () => isPaused, mend: () => (isMended = true) }
}

const debtOf = () => {
  let owed = false
  return { isOwed: () => owed, set: (isOwed: boolean) => void (owed = isOwed) }
}

describe('a paused log', () => {
  it('is given back whatever happens: or it is known to be owed, and paid at the next contact', async () => {
    const fate = fc.constantFrom('ok' as const, 'lost-request' as const, 'lost-reply' as const, 'refused' as const)
    const end = fc.constantFrom('done', 'error', 'fails')
    await fc.assert(
      fc.asyncProperty(
        fc.array(fate, { minLength: 1, maxLength: 12 }),
        end,
        fc.integer({ min: 0, max: 6 }),
        async (fates, how, reads) => {
          const meter = pausable(fates)
          const debt = debtOf()
          const paused = createPausedLog(layout, meter.way, debt)
          const task = async (): Promise<string> => {
            for (let index = 0; index < reads; index += 1) {
              const asked = await meter.way.read(0, 1)
              if (!asked.ok && how === 'fails') return asked.why
            }
            if (how === 'error') throw new Error('a bug in the reading')
            return 'done'
          }
          await paused.run(9, task).catch((error: unknown) => expect(String(error)).toContain('a bug'))
          // The heart of it: nothing is paused that nobody knows of.
          expect(meter.isPaused() && !debt.isOwed()).toBe(false)
          meter.mend()
          expect(await paused.settle()).toBe(true)
          expect(meter.isPaused()).toBe(false)
          expect(debt.isOwed()).toBe(false)
        },
      ),
      { numRuns: 300 },
    )
  })
})

const stamp: Stamp = { kind: 'count', words: 2, unit: 's', epoch: 2000 }
const record = {
  words: 3,
  event: 'dip' as const,
  time: { at: 0, stamp, marks: 'start' as const },
  extreme: { at: 2, type: 'uint16' as const, scale: 1, unit: 'V' as const },
}
const wordsOf = (index: number): number[] => [
  ...writeStamp(stamp, Date.UTC(2026, 0, 1) + index * 1000),
  100 + (index % 100),
]
const empty = [0, 0, 0]

const wayOf = (
  registers: () => ReadonlyMap<number, readonly number[]>,
  command: (words: readonly number[]) => void = () => undefined,
) => {
  let requests = 0
  const way: MeterWay = {
    read: (address, count) => {
      requests += 1
      const flat = new Map(
        [...registers()].flatMap(([at, words]) => words.map((word, index) => [at + index, word] as const)),
      )
      const words = Array.from({ length: count }, (_, index) => flat.get(address + index))
      return Promise.resolve(
        words.every((word) => word !== undefined)
          ? { ok: true, words: words, sentMs: 0, atMs: 0 }
          : { ok: false, why: 'illegal data address', isRefused: true },
      )
    },
    write: (_address, words) => {
      command(words)
      return Promise.resolve({ ok: true, words: [], sentMs: 0, atMs: 0 })
    },
    readFile: () => Promise.resolve({ ok: false, why: 'no files', isRefused: true }),
  }
  return { way, requests: () => requests }
}

/** Looks at a log again and again while records are added, and says what was taken, in order. */
const follow = async (
  log: MeterLog,
  additions: readonly number[],
  make: (count: number) => ReturnType<typeof wayOf>,
) => {
  const seen = new Set<string>()
  const taken: number[] = []
  let next: number | null = null
  let total = 0
  for (const [turn, more] of additions.entries()) {
    total += more
    const { way } = make(total)
    const read = await readLog(log, way, { isSeen: (key) => seen.has(key), next, isWhole: turn === 0 })
    expect(read.problem).toBeNull()
    const fresh = read.found.filter(({ key }) => !seen.has(key))
    expect(new Set(fresh.map(({ key }) => key)).size).toBe(fresh.length)
    for (const { key, record: found } of fresh) {
      seen.add(key)
      taken.push((found.time.wallMs - Date.UTC(2026, 0, 1)) / 1000)
    }
    next = read.next ?? next
  }
  return { taken: taken.toSorted((a, b) => a - b), total }
}
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index)

describe('a meter’s log', () => {
  const shared = { id: 'log', name: 'log', record, source: '' }

  it('as a ring is read once, and each record is taken once, also where it goes round', async () => {
    const log: MeterLog = { kind: 'ring', ...shared, address: 100, count: 32, atOnce: 8 }
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 6 }), async (additions) => {
        const make = (count: number) =>
          wayOf(
            () =>
              new Map(
                Array.from({ length: 32 }, (_, slot) => {
                  const newest = count - 1 - ((((count - 1 - slot) % 32) + 32) % 32)
                  return [100 + slot * 3, newest >= 0 ? wordsOf(newest) : empty] as const
                }),
              ),
          )
        const { taken, total } = await follow(log, additions, make)
        // More than the ring has between two looks is lost in the meter: here there never is but at the first.
        expect(taken).toEqual(upTo(total))
      }),
      { numRuns: 60 },
    )
  })

  it('of the newest ten takes each record once', async () => {
    const log: MeterLog = { kind: 'newest-list', ...shared, address: 100, stride: 5, count: 10 }
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 10 }), { minLength: 1, maxLength: 6 }), async (additions) => {
        const make = (count: number) =>
          wayOf(
            () =>
              new Map(
                Array.from(
                  { length: 10 },
                  (_, slot) => [100 + slot * 5, count - 1 - slot >= 0 ? wordsOf(count - 1 - slot) : empty] as const,
                ),
              ),
          )
        const { taken, total } = await follow(log, additions, make)
        expect(taken).toEqual(upTo(total))
      }),
      { numRuns: 60 },
    )
  })

  it('behind a command is followed from the newest back to what is known, and ends where the meter goes round', async () => {
    const log: MeterLog = {
      kind: 'command',
      ...shared,
      command: { address: 1, last: 65_535, then: [0] },
      header: { address: 10, words: 3, next: 0, count: 1, size: 2 },
      data: 20,
      most: 3,
    }
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 5 }), async (additions) => {
        const make = (count: number) => {
          let asked = 65_535
          return wayOf(
            () => {
              const from = asked === 65_535 ? 0 : asked
              const part = upTo(count)
                .toReversed()
                .slice(from, from + 3)
              return new Map<number, readonly number[]>([
                [10, [from + part.length, part.length, 3]],
                ...part.map((index, at) => [20 + at * 3, wordsOf(index)] as const),
              ])
            },
            (words) => (asked = words[0] ?? 0),
          )
        }
        const { taken, total } = await follow(log, additions, make)
        expect(taken).toEqual(upTo(total))
      }),
      { numRuns: 60 },
    )
  })

  it('with a read pointer is read whole where all of it is wanted, from either end, and costs nothing otherwise', async () => {
    const log: MeterLog = {
      kind: 'pointer',
      ...shared,
      command: { address: 1, reset: 1, next: 65_534 },
      header: { address: 10, words: 2, count: 0, size: 1 },
      data: 20,
      most: 4,
    }
    const make = (count: number, isNewestFirst: boolean, goesRound: boolean) => {
      let at = -1
      const order = isNewestFirst ? upTo(count).toReversed() : upTo(count)
      return wayOf(
        () => {
          const begin =
            goesRound && count > 0 ? (Math.max(0, at) * 4) % (Math.ceil(count / 4) * 4) : Math.max(0, at) * 4
          const part = order.slice(begin, begin + 4)
          return new Map<number, readonly number[]>([
            [10, [part.length, 3]],
            ...part.map((index, slot) => [20 + slot * 3, wordsOf(index)] as const),
          ])
        },
        ([word]) => (at = word === 1 ? -1 : at + 1),
      )
    }
    const sizes = [0, 1, 4, 7, 8, 30]
    for (const [count, isNewestFirst, goesRound] of sizes.flatMap((size) =>
      [true, false].flatMap((first) => [true, false].map((round) => [size, first, round] as const)),
    )) {
      const { way } = make(count, isNewestFirst, goesRound)
      const read = await readLog(log, way, { isSeen: () => false, next: null, isWhole: true })
      expect(read.problem).toBeNull()
      const seconds = read.found.map(({ record: { time } }) => (time.wallMs - Date.UTC(2026, 0, 1)) / 1000)
      expect(seconds.toSorted((a, b) => a - b)).toEqual(upTo(count))
    }
    const idle = make(8, true, false)
    await readLog(log, idle.way, { isSeen: () => true, next: null, isWhole: false })
    expect(idle.requests()).toBe(0)
  })

  it('that answers only in part gives what it had, and says why', async () => {
    const log: MeterLog = { kind: 'newest-list', ...shared, address: 100, stride: 5, count: 10 }
    const { way } = wayOf(() => new Map([[100, wordsOf(1)]]))
    const read = await readLog(log, way, { isSeen: () => false, next: null, isWhole: true })
    expect(read.found).toHaveLength(1)
    expect(read.problem).toContain('illegal data address')
  })
})

import { isDeepStrictEqual } from 'node:util'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../../shared/test-support/seeded-random.ts'
import { createMemory, type Saved } from './memory.ts'
import { fromPlain, toPlain, type Json } from './plain-state.ts'

const throughJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T

const leaves: readonly unknown[] = [
  null,
  undefined,
  true,
  false,
  0,
  -0,
  1.1,
  -1e300,
  5e-324,
  Infinity,
  -Infinity,
  NaN,
  '',
  '$',
  'map',
]
const keys = ['a', '$', 'of', '__proto__', 'constructor', '0', '', 'Ω']

/** Anything a closure may keep, drawn at random. */
const anything = (random: () => number, depth: number): unknown => {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
  const many = <T>(make: () => T): T[] => Array.from({ length: Math.floor(random() * 4) }, make)
  const inside = () => anything(random, depth - 1)
  const entries = () => many(() => [pick(keys), inside()] as const)
  if (depth === 0) return pick(leaves)
  return pick<() => unknown>([
    () => pick(leaves),
    () => many(inside),
    () => Object.fromEntries(entries()),
    () => Object.assign(Object.create(null) as object, Object.fromEntries(entries())),
    () => new Map(many(() => [inside(), inside()])),
    () => new Set(many(inside)),
    () => Float64Array.from(many(random)),
  ])()
}

describe('plain state', () => {
  it('is the same after JSON, whatever it is made of', () => {
    const random = seededRandom(41)
    for (let run = 0; run < 1000; run += 1) {
      const state = anything(random, 4)
      const again = fromPlain(throughJson(toPlain(state, 'state')), 'state')
      expect(isDeepStrictEqual(again, state), `run ${run}: ${JSON.stringify(toPlain(state, 'state'))}`).toBe(true)
      expect(JSON.stringify(toPlain(again, 'state')), `run ${run}`).toBe(JSON.stringify(toPlain(state, 'state')))
    }
  })

  it('keeps the order of keys and entries', () => {
    const state = {
      b: 1,
      a: new Map([
        ['y', 1],
        ['x', 2],
      ]),
      c: new Set([2, 1]),
    }
    const again = fromPlain(throughJson(toPlain(state, 'state')), 'state') as typeof state
    expect([Object.keys(again), [...again.a.keys()], [...again.c]]).toEqual([
      ['b', 'a', 'c'],
      ['y', 'x'],
      [2, 1],
    ])
  })

  it('refuses what is no data, with its path', () => {
    class Made {
      readonly of = 1
    }
    const itself: Record<string, unknown> = {}
    itself['me'] = itself
    const cases: readonly (readonly [unknown, string])[] = [
      [{ a: [1, () => undefined] }, 'x.a[1] is a function'],
      [{ a: new Map([['cp1', { b: Promise.resolve() }]]) }, 'x.a[cp1].b is a Promise'],
      [new Set([new Made()]), 'x[0] is a Made'],
      [new Map([[Symbol('s'), 1]]), 'key 0 of x is a symbol'],
      [{ a: new Date(0) }, 'x.a is a Date'],
      [itself, 'x.me contains itself'],
    ]
    for (const [state, message] of cases) expect(() => toPlain(state, 'x')).toThrow(message)
  })

  it('refuses a kind it does not know', () => {
    expect(() => fromPlain({ $: 'queue', of: [] }, 'x')).toThrow('x holds something of a kind')
    expect(() => fromPlain({ $: 'of-setup', of: 'device/cp9' }, 'x')).toThrow('device/cp9')
  })
})

describe('the memory', () => {
  const counter = (saved?: Saved) => {
    const memory = createMemory(saved)
    const state = memory.within('part').keep('counter', { count: 0, seen: new Set<number>() })
    return { memory, state }
  }

  it('goes on from what was saved, changed in place', () => {
    const { memory, state } = counter()
    state.count = 3
    state.seen.add(7)
    const saved = throughJson(memory.save())
    state.count = 4
    const next = counter(saved)
    next.memory.finish()
    expect(next.state).toEqual({ count: 3, seen: new Set([7]) })
    next.state.count = 5
    expect(throughJson(next.memory.save())).toEqual({ 'part/counter': { count: 5, seen: { $: 'set', of: [7] } } })
  })

  it('gives back the very object of the setup', () => {
    const device = { id: 'cp1', act: () => undefined }
    const of = (saved?: Saved) => {
      const memory = createMemory(saved)
      memory.know('device/cp1', device)
      return { memory, state: memory.keep('last', { view: [{ device }] }) }
    }
    expect(of(throughJson(of().memory.save())).state.view[0]?.device).toBe(device)
  })

  it('refuses a name kept twice, state that is missing, and state that nobody asks for', () => {
    const { memory } = counter()
    expect(() => memory.within('part').keep('counter', {})).toThrow('part/counter is kept twice')
    expect(() => counter({})).toThrow('no state of part/counter')
    const more: Saved = { ...(memory.save() as Record<string, Json>), 'part/other': {} }
    expect(() => counter(more).memory.finish()).toThrow('part/other')
  })
})

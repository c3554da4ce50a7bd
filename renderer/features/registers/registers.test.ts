import { describe, expect, it } from 'vitest'
import type { ProfileOverlay } from '../../../shared/api/explore-contract.ts'
import type { Cell } from '../../../shared/explore/reading.ts'
import { makeProfile } from '../../../shared/profile/draft.ts'
import { encodeRegister } from '../../../shared/profile/codec.ts'
import {
  draftOf,
  emptyProfileForm,
  formProblems,
  hold,
  probeChoices,
  provenGap,
  refreshed,
  slug,
  viewAssignment,
} from './draft-form.ts'
import type { Assignment } from './assignment.ts'
import { overlayOn } from './overlay.ts'
import { boundsKey, foldRound, noStats } from './watch-stats.ts'
import { emptyWhere, rangeText, readWhere } from './where-text.ts'

const float = (value: number): number[] => encodeRegister({ type: 'float32' }, value, { wordOrder: 'high-first' })
const cellsOf = (first: number, words: readonly (number | null)[]): Cell[] =>
  words.map((word, index) => ({
    address: first + index,
    word,
    why: word === null ? 'exception 2: illegal data address' : null,
  }))
const assignment = (key: Assignment['key'], address: number, more: Partial<Assignment> = {}): Assignment => ({
  key,
  address,
  functionCode: 4,
  type: 'float32',
  wordOrder: 'high-first',
  scale: 1,
  shown: '',
  held: null,
  last: null,
  ...more,
})

describe('what is typed', () => {
  const line = { ...emptyWhere, line: 'bus' }
  it('becomes a request, a reference choosing the function', () => {
    expect(readWhere(line).where).toEqual({
      target: { kind: 'line', lineId: 'bus' },
      unit: 1,
      functionCode: 4,
      first: 0,
      count: 40,
      periodMs: 1000,
    })
    expect(readWhere({ ...line, first: '40011', periodS: '0,5' })).toMatchObject({
      where: { functionCode: 3, first: 10, periodMs: 500 },
      said: expect.stringContaining('holding register 10') as string,
    })
    expect(readWhere({ ...line, line: '@rtu-over-tcp', host: 'gw:4001', count: '0x10' }).where).toMatchObject({
      target: { kind: 'network', framing: 'rtu-over-tcp', host: 'gw', port: 4001 },
      count: 16,
    })
    expect(readWhere({ ...line, line: '@serial', path: '/dev/ttyUSB0', parity: 'even' }).where).toMatchObject({
      target: { kind: 'serial', path: '/dev/ttyUSB0', baud: 9600, parity: 'even', stopBits: 1 },
    })
    expect(rangeText({ functionCode: 3, first: 19000, count: 2 })).toBe(
      'holding registers 19000 to 19001 (0x4A38 to 0x4A39)',
    )
  })
  it.each([
    [{ unit: '256' }, 'unit'],
    [{ first: 'x' }, 'first'],
    [{ count: '0' }, 'count'],
    [{ first: '65530', count: '10' }, 'count'],
    [{ periodS: '0.1' }, 'periodS'],
    [{ line: '@tcp', host: '' }, 'host'],
    [{ line: '@serial' }, 'path'],
  ] as const)('%j is not asked, and %s says why', (part, field) => {
    const read = readWhere({ ...line, ...part })
    expect(read.where).toBeNull()
    expect(read.problems[field]).toBeTruthy()
  })
})

describe('a watch', () => {
  const float32 = { type: 'float32', wordOrder: 'high-first', byteSwapped: false } as const
  it('counts changes and keeps the lowest and highest of every decoding, over a lost register too', () => {
    let stats = foldRound(noStats, cellsOf(0, float(230)), 1000)
    stats = foldRound(stats, cellsOf(0, float(232)), 2000)
    stats = foldRound(stats, cellsOf(0, [float(232)[0] ?? 0, null]), 3000)
    stats = foldRound(stats, cellsOf(0, float(229)), 4000)
    expect([stats.rounds, stats.sinceMs]).toEqual([4, 1000])
    expect(stats.bounds.get(boundsKey(0, float32))).toEqual({ min: 229, max: 232 })
    expect(stats.changes.get(0)).toBe(2)
    expect([...stats.fresh]).toEqual([0])
  })
})

describe('assigned registers', () => {
  const cells = cellsOf(0, [...float(230.4), 0, 0, ...float(49.98), null, ...float(5)])
  const where = readWhere({ ...emptyWhere, line: 'bus', unit: '3' }).where
  if (where === null) throw new Error('where')
  it('become a draft the program accepts, with the words held while the display was read', () => {
    const held = hold({ address: 0, type: 'float32' }, cells, 500)
    const list = refreshed([assignment('u_l1n', 0, { shown: '230.4', held }), assignment('f', 4)], cells, 4, 1000)
    // The voltage moves on after the display was read: the held words are what it confirmed.
    const later = cellsOf(0, [...float(236), 0, 0, ...float(50.01)])
    expect(viewAssignment(list[0] as Assignment, later, 4)).toMatchObject({
      live: 236,
      isPlausible: true,
      witness: { ok: true },
    })
    const draft = draftOf(
      { ...emptyProfileForm, id: 'a', make: 'A', model: 'B', maxRegisters: '20' },
      refreshed(list, later, 4, 2000),
      later,
      where,
      'line bus, unit 3',
    )
    expect(draft?.quantities.map(({ words, atMs }) => [words, atMs])).toEqual([
      [float(230.4), 500],
      [float(50.01), 2000],
    ])
    if (draft === null) throw new Error('draft')
    const made = makeProfile(draft)
    expect(made.ok ? made.profile : made.problems).toMatchObject({
      probe: { quantity: 'f', low: 40, high: 70 },
      line: { maxGap: 2 },
      quantities: { u_l1n: { every: 'fast' }, f: { every: 'normal' } },
    })
  })
  it('of both functions stand in one profile', () => {
    const list = [
      assignment('u_l1n', 0, { shown: '230.4', last: hold({ address: 0, type: 'float32' }, cells, 1) }),
      assignment('f', 4, { last: hold({ address: 4, type: 'float32' }, cells, 1) }),
      assignment('e_import', 0, { functionCode: 3, last: { words: float(12), atMs: 1 } }),
    ]
    const draft = draftOf(
      { ...emptyProfileForm, id: 'a', make: 'A', model: 'B', maxRegisters: '20' },
      list,
      cells,
      where,
      'x',
    )
    const made = draft === null ? null : makeProfile(draft)
    expect(made?.ok === true ? [made.profile.space, made.profile.quantities.e_import?.space] : made).toEqual([
      'input',
      'holding',
    ])
  })
  it('that were never read make no draft', () => {
    expect(draftOf({ ...emptyProfileForm }, [assignment('u_l1n', 90)], cells, where, 'x')).toBeNull()
  })
  it('a block may cross only what was read without a hole', () => {
    expect(provenGap([assignment('u_l1n', 0), assignment('f', 4)], cells)).toBe(2)
    expect(provenGap([assignment('f', 4), assignment('i_l1', 7)], cells)).toBe(0)
  })
  it('the frequency tells a meter best, then a voltage', () => {
    expect(probeChoices([assignment('i_l1', 0), assignment('u_l2n', 2), assignment('f', 4)])).toEqual(['f', 'u_l2n'])
    expect(probeChoices([assignment('i_l1', 0)])).toEqual(['i_l1'])
  })
  it('a form is not sent with what the program would refuse', () => {
    expect(Object.keys(formProblems(emptyProfileForm, []))).toEqual([
      'id',
      'make',
      'model',
      'maxRegisters',
      'assignments',
    ])
    expect(slug('Äcme  Grid/1')).toBe('cme-grid-1')
  })
})

describe('a profile laid over registers', () => {
  const overlay: ProfileOverlay = {
    id: 'x',
    make: 'X',
    models: ['Y'],
    space: 'input',
    wordOrder: 'high-first',
    quantities: {
      u_l1n: { address: 0, type: 'float32', scale: 1 },
      f: { address: 2, type: 'float32', scale: 1 },
      i_l1: { address: 3, type: 'float32', scale: 1 },
      e_import: { address: 0, type: 'float32', scale: 1, space: 'holding' },
    },
  }
  it('says what is where, doubts what is not plausible, and reads nothing over a hole', () => {
    const found = overlayOn(overlay, 4, cellsOf(0, [...float(230), ...float(5000), null]))
    expect(
      [...found.entries()].map(([address, { key, value, isPlausible }]) => [address, key, value, isPlausible]),
    ).toEqual([
      [0, 'u_l1n', 230, true],
      [2, 'f', 5000, false],
    ])
    expect([...overlayOn(overlay, 3, cellsOf(0, float(230))).keys()]).toEqual([0])
  })
})

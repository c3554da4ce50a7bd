import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import type { FactShelf } from '../../core/field/fact-shelf.ts'
import { createFakeClock } from '../../core/test-support/fake-clock.ts'
import { openFactShelf } from '../fact-shelf.ts'
import { createField, oneMeter, sdm630Words, type Answer, type Asked } from './test-support/field.ts'
import { quietLog } from './test-support/quiet-log.ts'

const shelf = (kept = new Map<string, unknown>()): FactShelf & { readonly kept: Map<string, unknown> } => ({
  kept,
  recall: (id) => kept.get(id),
  keep: (id, facts) => {
    // Through text, as through a file.
    kept.set(id, JSON.parse(JSON.stringify(facts)))
  },
})
const good = ({ address, count }: Asked): Answer => ({ words: sdm630Words(address, count) })
const clone = (asked: Asked): Answer =>
  asked.count > 50 || (asked.address <= 225 && asked.address + asked.count > 224) ? { exception: 4 } : good(asked)

const run = async (slave: (asked: Asked) => Answer, facts: FactShelf, seconds: number, site = oneMeter()) => {
  const field = await createField(site, slave, facts)
  await field.clock.advance(seconds * 1000)
  const { missing } = field.keys('m')
  await field.stop()
  const refused = field.asked.filter(
    (asked) => typeof slave(asked) === 'object' && 'exception' in (slave(asked) as object),
  )
  return { missing, asked: field.asked, refused }
}

describe('what was learned of a device', () => {
  it('is not learned again at the next start: nothing is refused but what is asked for again on purpose', async () => {
    const facts = shelf()
    const first = await run(clone, facts, 60)
    expect(first.missing).toEqual(['i_n'])
    expect(first.refused.length).toBeGreaterThan(5)
    const second = await run(clone, facts, 60)
    expect(second.missing).toEqual(['i_n'])
    expect(second.refused.map(({ address, count }) => `${address}x${count}`)).toEqual(
      Array(second.refused.length).fill('224x2'),
    )
    expect(second.refused.length).toBeLessThanOrEqual(3)
  })
  it('that turns out wrong heals: currents within two polls, all within half a minute', async () => {
    const facts = shelf()
    await run(good, facts, 60)
    const field = await createField(oneMeter(), clone, facts)
    await field.clock.advance(2500)
    expect(field.keys('m').good).toEqual(expect.arrayContaining(['i_l1', 'i_l2', 'i_l3']))
    await field.clock.advance(30_000)
    expect(field.keys('m').missing).toEqual(['i_n'])
    await field.stop()
  })
  it('that is narrower than need be, or left a register out, heals too', async () => {
    const facts = shelf()
    await run(clone, facts, 60)
    const field = await createField(oneMeter(), good, facts)
    await field.clock.advance(5000)
    expect(field.keys('m').missing).toEqual([])
    await field.clock.advance(700_000)
    const before = field.asked.length
    await field.clock.advance(30_000)
    const kinds = new Set(field.asked.slice(before).map(({ address, count }) => `${address}x${count}`))
    expect([...kinds].toSorted()).toEqual(['0x72', '200x26', '234x36', '334x42', '72x36'].toSorted())
    await field.stop()
  })
  it('is void for other registers, another place or nonsense', async () => {
    const facts = shelf()
    await run(good, facts, 60)
    const learned = facts.kept.get('m')
    const startsAnew = async (kept: unknown, site: object) => {
      const { asked } = await run(good, shelf(new Map([['m', kept]])), 1, site)
      return `${asked[0]?.address}x${asked[0]?.count}` !== '0x72'
    }
    expect(await startsAnew(learned, oneMeter())).toBe(false)
    expect(await startsAnew(learned, oneMeter({}, { unit: 2 }))).toBe(true)
    expect(await startsAnew(learned, oneMeter({}, { profile: 'eastron-sdm72' }))).toBe(true)
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.jsonValue(),
          fc
            .record({ blocks: fc.constant([]), refused: fc.array(fc.string()) })
            .map((odd) => ({ ...(learned as object), ...odd })),
          fc.integer({ min: 1, max: 125 }).map((count) => ({
            ...(learned as object),
            blocks: (learned as { blocks: object[] }).blocks.map((block) => ({ ...block, count })),
          })),
        ),
        async (kept) => {
          const { missing } = await run(good, shelf(new Map([['m', kept]])), 12)
          expect(missing).toEqual([])
        },
      ),
      { numRuns: 40 },
    )
  })
})

describe('the file it is kept in', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tripscope-facts-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const open = (mayKeep = true) => openFactShelf(folder, { log: quietLog, clock: createFakeClock(), mayKeep })

  it('is written whole, only for its owner, and read at the next start', async () => {
    const one = open()
    one.keep('m', { a: 1 })
    await one.close()
    expect(open().recall('m')).toEqual({ a: 1 })
    expect(statSync(join(folder, 'devices.json')).mode & 0o777).toBe(0o600)
  })
  it('is left alone by a second instance', async () => {
    const second = open(false)
    expect(second.recall('m')).toEqual({ a: 1 })
    second.keep('m', { a: 2 })
    await second.close()
    expect(JSON.parse(readFileSync(join(folder, 'devices.json'), 'utf8'))).toEqual({ m: { a: 1 } })
  })
  it('that is broken is begun anew', async () => {
    for (const text of ['', '{', '[1]', 'null', '\u0000']) {
      writeFileSync(join(folder, 'devices.json'), text)
      const one = open()
      expect(one.recall('m')).toBeUndefined()
      one.keep('m', { a: 3 })
      await one.close()
      expect(open().recall('m')).toEqual({ a: 3 })
    }
  })
  it('that cannot be written stops nothing', async () => {
    const one = openFactShelf('/dev/null/nowhere', { log: quietLog, clock: createFakeClock(), mayKeep: true })
    one.keep('m', 1)
    await one.close()
    expect(one.recall('m')).toBe(1)
  })
})

import { isDeepStrictEqual } from 'node:util'
import { describe, expect, it } from 'vitest'
import type { Saved } from './memory.ts'
import { createTaker, recordRun, type Run } from './test-support/recorded-run.ts'

/** `npm test` runs these; TRIPSCOPE_SEED sets the first. */
const seeds = 50
const firstSeed = Number(process.env['TRIPSCOPE_SEED'] ?? 1)

/** Most live for 50 s; every tenth for 160 s, so that breakers warm up and cars have waited. */
const isLong = (seed: number): boolean => seed % 10 === 0
const secondsOf = (seed: number): number => (isLong(seed) ? 160 : 50)
/** Turns that are taken again after each save: about 20 s, and a minute and more in a long run. */
const followedOf = (seed: number): number => (isLong(seed) ? 600 : 150)

/** The first thing that came of a turn and differs, of a site made of what was saved before take `from`; null: nothing does. */
const firstDifference = async (
  { site, takes, saves }: Run,
  from: number,
  saved: string,
  followed: number,
): Promise<unknown> => {
  const taker = createTaker(site, JSON.parse(saved) as Saved)
  for (const [index, { turn, came }] of takes.slice(from, from + followed).entries()) {
    const then = saves.get(from + index)
    if (then !== undefined && !isDeepStrictEqual(JSON.parse(JSON.stringify(taker.fold.save())), JSON.parse(then)))
      return { saved: from + index }
    const again = await taker.take(turn)
    if (isDeepStrictEqual(again.came, came)) continue
    const most = Math.max(came.length, again.came.length)
    const place = Array.from({ length: most }, (_, each) => each).find(
      (each) => !isDeepStrictEqual(came[each], again.came[each]),
    )
    return { input: turn.input.kind, was: came[place ?? 0], is: again.came[place ?? 0] }
  }
  return null
}

describe('a site made of what another saved', () => {
  it.each(Array.from({ length: seeds }, (_, index) => firstSeed + index))(
    'goes on exactly as that one did, drawn with %d',
    async (seed) => {
      const run = await recordRun(seed, secondsOf(seed), secondsOf(seed) / 2)
      expect(run.saves.size).toBeGreaterThan(0)
      for (const [from, saved] of run.saves)
        expect(await firstDifference(run, from, saved, followedOf(seed)), `saved before take ${from}`).toBeNull()
    },
    120_000,
  )

  it('is of the same version and setup, or is not made', async () => {
    const { site, saves } = await recordRun(1, 20, 5)
    const [text] = saves.values()
    const saved = JSON.parse(text ?? '{}') as Saved
    const { ids, ...less } = saved
    expect(() => createTaker(site, less)).toThrow('no state of ids')
    expect(() => createTaker(site, { ...saved, later: ids ?? {} })).toThrow('what was saved of later')
    expect(() => createTaker({ ...site, chargers: site.chargers.slice(1) }, saved)).toThrow(/cp1/)
  })
})

import { describe, expect, it } from 'vitest'
import { playLines } from '../../test-support/play-lines.ts'
import { randomSession } from '../../test-support/random-session.ts'

/** `npm test` plays 40, TRIPSCOPE_FUZZ (npm run fuzz) as many as it says, 20,000 at most; TRIPSCOPE_SEED sets the first. */
const parts = 8
const sessions = parts * Math.ceil(Math.min(20_000, Number(process.env['TRIPSCOPE_FUZZ'] ?? 40)) / parts)
const firstSeed = Number(process.env['TRIPSCOPE_SEED'] ?? 1)

describe('the replay law: a record played again gives the same findings, decisions and writes', () => {
  it.each(Array.from({ length: parts }, (_, part) => part))(
    'field by field, on random sessions, part %d',
    async (part) => {
      // Each part takes every eighth seed, so that every length of session is played with few of them too.
      for (let seed = firstSeed + part; seed < firstSeed + sessions; seed += parts) {
        const lines = await randomSession(seed, 10 + (seed % 30))
        const { mismatch, turns, witnesses } = await playLines(lines)
        expect(mismatch, `seed ${String(seed)}`).toBeNull()
        expect(turns).toBeGreaterThan(50)
        expect(witnesses).toBeGreaterThan(9)
      }
    },
    sessions * 1500,
  )
})

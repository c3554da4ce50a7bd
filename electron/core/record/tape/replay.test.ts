import { describe, expect, it } from 'vitest'
import { playLines } from '../../test-support/play-lines.ts'
import { randomSession } from '../../test-support/random-session.ts'

/** TRIPSCOPE_SEED sets the first. */
const firstSeed = Number(process.env['TRIPSCOPE_SEED'] ?? 1)

describe('the replay law: a record played again', () => {
  it('from the middle of a session too, where the state is saved', async () => {
    const tape = { keepMs: 8000, segmentMs: 4000, characters: 10_000_000 }
    let begun = 0
    for (let seed = firstSeed; seed < firstSeed + 12; seed += 1) {
      const lines = await randomSession(seed, 50, { tape, afterS: 35 })
      const isMiddle = lines[1]?.startsWith('{"saved"') === true
      if (isMiddle) begun += 1
      const { mismatch, turns } = await playLines(lines)
      expect(mismatch, `seed ${String(seed)}`).toBeNull()
      expect(turns).toBeGreaterThan(50)
    }
    expect(begun).toBeGreaterThan(6)
  }, 120_000)

  it('a value that was changed in the record is found, with its field', async () => {
    const lines = await randomSession(7, 20)
    const changed = lines.map((line) => line.replace(/("targetA":)\d+/, '$1999'))
    const { mismatch } = await playLines(changed)
    expect(mismatch).toMatchObject({ recorded: 999 })
    expect(mismatch?.field).toMatch(/^decision\.chargers\.c\d\.targetA$/)
  })

  it('a turn that is left out is found', async () => {
    const lines = await randomSession(9, 30)
    const ticks = lines.flatMap((line, index) => (line.includes('"kind":"tick"') ? [index] : []))
    const without = lines.filter((_, index) => index !== ticks[10])
    expect((await playLines(without)).mismatch).not.toBeNull()
  })
})

import { describe, expect, it } from 'vitest'
import { formatProblem } from '../yaml/problem.ts'
import { readSite } from './read-site.ts'
import { broken, soundSite } from './test-support/site-text.ts'

const written = '{ standard: IEC 60898-1, curve: C, rating: 32 }'
const problemsOf = (breaker: string): readonly string[] => {
  const read = readSite(broken(written, breaker), 'site.yaml')
  return (read.ok ? read.warnings : read.problems).map((problem) => formatProblem(problem))
}

describe('breakers of a site file', () => {
  it('still reads one that was written before there was more', () => {
    expect(readSite(soundSite, 'site.yaml').ok).toBe(true)
  })
  it.each([
    [
      '{ standard: IEC 60898-1, curve: C, rating: 32, points: "1.45, 100, 900" }',
      /a single point is no curve: give at least two/,
    ],
    [
      '{ standard: IEC 60898-1, curve: C, rating: 32, points: { early: [[2, 10], [1.5, 60]] } }',
      /its current is not above that of the point before/,
    ],
    [
      '{ standard: IEC 60947-2, curve: thermal-magnetic, rating: 32, tripUnit: { ir: 20, tr: 16 } }',
      /settings of a trip unit are declared/,
    ],
    [
      '{ standard: IEC 60947-2, curve: electronic, rating: 32, tripUnit: { ir: 40, tr: 16 } }',
      /Ir of 40 A is above the rating/,
    ],
    [
      '{ standard: IEC 60947-2, curve: electronic, rating: 32, tripUnit: { ir: 20, tr: 16, isd: 5 } }',
      /only one of its two settings/,
    ],
    ['{ standard: IEC 60898-1, curve: C, rating: 32, rcd: { type: AC, rating: 30 } }', /type AC sees alternating/],
    ['{ standard: IEC 60898-1, curve: K, rating: 32 }', /knows B, C and D, not K/],
    ['{ standard: IEC 60898-1, curve: C, rating: 32, rcd: { type: A, rating: 0.03 } }', /30|milliamperes|>= 5/],
  ])('%s', (breaker, words) => {
    const problems = problemsOf(breaker)
    expect(
      problems.some((problem) => words.test(problem)),
      problems.join('\n'),
    ).toBe(true)
  })
  it('takes all of it', () => {
    const breaker =
      '{ standard: IEC 60947-2, curve: electronic, rating: 100, factor: 0.9, poles: 4, ' +
      'tripUnit: { ir: 32, tr: 16, isd: 6, tsd: 0.1, isdI2t: true, ii: 10, ig: 20, tg: 0.2 }, rcd: { type: B, rating: 300, delay: S, rdcDd: true }, penFault: true }'
    expect(problemsOf(breaker)).toEqual(problemsOf(written))
  })
})

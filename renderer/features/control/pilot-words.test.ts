import { describe, expect, it } from 'vitest'
import { expectedDutyText, readDutyText } from './pilot-words.ts'

describe('a limit as a tester at the socket reads it', () => {
  it('says the duty cycle of a limit, and that less than 6 A is a pause', () => {
    expect(expectedDutyText(16)).toBe('16.0 A in force: a tester should read a duty cycle of 26.7 %.')
    expect(expectedDutyText(5)).toMatch(/below the 6 A .*pauses/)
  })
  it('compares what was read with the limit in force', () => {
    expect(readDutyText(26.6, 16)).toMatch(/16\.0 A, as the limit in force says/)
    expect(readDutyText(16.7, 16)).toMatch(/10\.0 A, less than the 16\.0 A in force: something else in the charger/)
    expect(readDutyText(53.3, 16)).toMatch(/32\.0 A, more than the 16\.0 A in force: the charger does not pass/)
    expect(readDutyText(10, null)).toMatch(/the limit in force is not known/)
    expect([5, 7.5, 99].map((percent) => readDutyText(percent, 16))).toEqual([
      expect.stringContaining('digital talk'),
      expect.stringContaining('no duty cycle of the table'),
      expect.stringContaining('allows no current'),
    ])
  })
})

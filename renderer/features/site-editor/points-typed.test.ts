import { expect, it } from 'vitest'
import { breakerPoints } from '../../../shared/electrical/breaker/points-text.ts'
import { pointsOfText } from './points-typed.ts'

it('one text is both curves, or one alone under its name; what was typed is what the breaker reads', () => {
  const table = '1.5, 60, 600\n3, 5, 25'
  expect(pointsOfText(table)).toBe(table)
  const late = pointsOfText('late:\n1.5, 600\n3, 25\n')
  expect(late).toEqual({ late: '1.5, 600\n3, 25' })
  expect(pointsOfText('Early :\r\n1.5, 60\r\n\r\n late: \r\n1.5, 600\r\n')).toEqual({
    early: '1.5, 60',
    late: '1.5, 600',
  })
  expect(breakerPoints(late, 63)).toEqual({
    early: null,
    late: [
      [1.5, 600],
      [3, 25],
    ],
  })
})

import { expect, it } from 'vitest'
import { meterChecks } from '../../../shared/electrical/meter-checks.ts'
import { keyOf } from './own-image.ts'

it('every check of a meter has a state of its own', () => {
  expect(new Set(meterChecks.map(keyOf)).size).toBe(meterChecks.length)
})

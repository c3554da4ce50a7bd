import { expect, it } from 'vitest'
import { secondTries } from './playwright-report.ts'

const spec = (title: string, status: string) => ({ title, tests: [{ status }] })

it('specs that passed at the second try are found by name, however deep they stand', () => {
  expect(
    secondTries([
      { specs: [spec('always right', 'expected')], suites: [{ specs: [spec('right at the second try', 'flaky')] }] },
      { specs: [spec('wrong twice', 'unexpected'), spec('also at the second try', 'flaky')] },
    ]),
  ).toEqual(['right at the second try', 'also at the second try'])
})

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { formatProblem } from '../yaml/problem.ts'
import { baseOfMaximum, extremesOf, withExtremes } from './extremes.ts'
import { planReads } from './read-plan.ts'
import { readMeterProfile } from './read-profile.ts'

const text = readFileSync(new URL('../../assets/profiles/meters/eastron-sdm630.yaml', import.meta.url), 'utf8')
const read = (more: string) => readMeterProfile(`${text}\n${more}`, 'p.yaml')
const problems = (more: string): string => {
  const result = read(more)
  return result.ok ? '' : result.problems.map(formatProblem).join('\n')
}
const profileOf = (more: string) => {
  const result = read(more)
  if (!result.ok) throw new Error(problems(more))
  return result.profile
}

describe("a meter's own extremes", () => {
  it('are what the profile lists, and the maxima among its quantities with what they are the maximum of', () => {
    expect(baseOfMaximum('i_demand_max_l1')).toBe('i_demand_l1')
    expect(baseOfMaximum('f_max')).toBe('f')
    expect(baseOfMaximum('i_l1')).toBeNull()
    const extremes = extremesOf(
      profileOf('extremes:\n  - { quantity: i_l1, kind: maximum, since: reset, address: 1000, type: float32 }'),
    )
    expect(extremes.find(({ id }) => id === 'i_l1.maximum')).toMatchObject({
      quantity: 'i_l1',
      since: 'reset',
      register: { address: 1000, type: 'float32' },
    })
    expect(extremes.find(({ id }) => id === 'i_demand_l1.maximum')).toMatchObject({
      since: 'unknown',
      register: { address: 264 },
    })
  })

  it('cost no request of their own where they lie among registers that are read anyway', () => {
    const profile = profileOf('')
    const cadences = ['fast', 'normal', 'slow'] as const
    expect(planReads(withExtremes(profile), cadences)).toHaveLength(planReads(profile, cadences).length)
  })

  it('of something unknown, twice the same, or out of reach are refused with their place', () => {
    expect(
      problems('extremes:\n  - { quantity: i_l9, kind: maximum, since: reset, address: 1000, type: float32 }'),
    ).toMatch(/p\.yaml:\d+:\d+.*'i_l9', which is not among the quantities/)
    const twice = '  - { quantity: i_l1, kind: maximum, since: reset, address: 1000, type: float32 }\n'
    expect(problems(`extremes:\n${twice}${twice}`)).toContain('is listed twice')
    expect(
      problems('extremes:\n  - { quantity: i_l1, kind: maximum, since: reset, address: 65535, type: float32 }'),
    ).toContain("can't be read")
  })
})

import { describe, expect, it } from 'vitest'
import { leavingWords } from './leaving.ts'

describe('the question before control ends', () => {
  const charger = (id: string, fallback: number) => ({ id, fallback })
  type Sites = Parameters<typeof leavingWords>[1]
  const site = (chargers: object[], name = 'Depot') => ({ name, chargers }) as unknown as Sites[number]

  it('names the site, where each charger is led to, and what ends', () => {
    const { message, detail } = leavingWords(
      'Closing Tripscope',
      [site([charger('cp1', 6), charger('cp2', 6), { ...charger('cp3', 0), name: 'Gate' }])],
      'Close Tripscope',
    )
    expect(message).toBe('Control is armed at Depot.')
    expect(detail).toContain('led to their fallback first: cp1, cp2 to 6 A; Gate paused')
    expect(detail).toContain('measuring, alarms and the record end too')
  })

  it('counts many', () => {
    const many = Array.from({ length: 40 }, (_, index) => charger(`cp${index}`, 6))
    expect(leavingWords('Closing Tripscope', [site(many)], 'Close').detail).toContain('40 chargers to 6 A')
  })

  it('asks for all sites at once, each by its name', () => {
    const sites = [site([charger('cp1', 6)]), site([charger('cp1', 0)], 'Workshop')]
    const { message, detail } = leavingWords('Closing Tripscope', sites, 'Close Tripscope')
    expect(message).toBe('Control is armed at Depot and at Workshop.')
    expect(detail).toContain('at Depot cp1 to 6 A; at Workshop cp1 paused')
  })
})

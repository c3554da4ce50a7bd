import { describe, expect, it } from 'vitest'
import { checkControl } from './check-control.ts'
import { controlLimitA, circuitLimitA, limitParts } from './circuit-limit.ts'
import { siteSchema } from './site.ts'

const site = (more: object, circuit: object = {}) =>
  siteSchema.parse({
    version: 1,
    id: 's',
    name: 'S',
    grid: { limit: 100 },
    lines: [{ id: 'l', transport: 'tcp', host: '192.0.2.1', port: 502 }],
    meters: [{ id: 'm', profile: 'p', line: 'l' }],
    circuits: [{ id: 'main', meter: 'm', ...circuit }],
    ...more,
  })

describe('what load control refers to', () => {
  it('finds meters that are not there, a demand nobody measures, and intervals that are not whole', () => {
    const told = (more: object, circuit?: object) => checkControl(site(more, circuit)).map(({ message }) => message)
    expect(told({ demand: { meter: 'x' } })).toEqual(["there is no meter 'x'"])
    expect(told({ dimming: { input: { meter: 'y' } } })).toEqual(["there is no meter 'y'"])
    expect(told({ demand: {} }, { meter: undefined })).toEqual([
      'no meter measures the grid connection, so there is no demand to watch',
    ])
    expect(told({ demand: { kind: 'sliding', subInterval: 70 } })[0]).toContain('no whole number of sub-intervals')
    expect(told({ demand: { kind: 'sliding' } })).toEqual([])
  })

  it('a thermal limit needs a breaker and stays within cable and connection', () => {
    const breaker = { standard: 'IEC 60898-1', curve: 'C', rating: 63 }
    const told = (circuit: object) => checkControl(site({}, circuit)).map(({ message }) => message)
    expect(told({ thermalLimit: { ceiling: 70 } })[0]).toContain('has no breaker')
    expect(told({ breaker, thermalLimit: { ceiling: 70 } })).toEqual([])
    expect(told({ breaker, cable: 68, thermalLimit: { ceiling: 70 } })[0]).toContain('above the 68 A of the cable')
    expect(told({ breaker, thermalLimit: { ceiling: 95 } })[0]).toContain('must trip')
  })
})

describe('the limit of a circuit', () => {
  it('is the smallest of what is declared, cable, breaker and connection; control goes by the warm breaker', () => {
    const breaker = { standard: 'IEC 60898-1', curve: 'C', rating: 80, ambient: 35, groupedWith: 2 }
    const warm = site({}, { breaker, cable: 90 })
    const [circuit] = warm.circuits
    if (circuit === undefined) throw new Error('no circuit')
    expect(circuitLimitA(warm, circuit)).toBe(80)
    expect(controlLimitA(warm, circuit)).toBeCloseTo(80 * 0.975 * 0.95, 6)
    expect(limitParts(warm, circuit).map(({ text }) => text)).toEqual([
      '74.1 A: breaker 80 A at 35 °C beside 2 others',
      '90 A of the cable',
      '100 A',
    ])
    const cold = site({}, { breaker: { standard: 'IEC 60947-2', curve: 'thermal-magnetic', rating: 80, ambient: 10 } })
    expect(controlLimitA(cold, cold.circuits[0] as never)).toBe(80)
  })
})

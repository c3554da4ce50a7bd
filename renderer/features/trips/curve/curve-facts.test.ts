import { describe, expect, it } from 'vitest'
import { siteSchema } from '../../../../shared/site/site.ts'
import { curveScale, decadeTicks, secondsText } from '../../../charts/curve/curve-scale.ts'
import {
  bandsOf,
  bandText,
  curveSummary,
  markedA,
  noCurveWhy,
  poleFacts,
  selectivityOf,
  seriesOf,
  shownCurrents,
  type CurvePole,
} from './curve-facts.ts'

const site = siteSchema.parse({
  version: 1,
  id: 's',
  name: 'S',
  grid: { limit: 200 },
  lines: [{ id: 'net', transport: 'tcp', host: 'h', port: 502 }],
  meters: [],
  circuits: [
    { id: 'main', name: 'Main', breaker: { standard: 'IEC 60898-1', curve: 'C', rating: 125 } },
    { id: 'hall', parent: 'main' },
    {
      id: 'f1',
      name: 'Feeder 1',
      parent: 'hall',
      breaker: { standard: 'IEC 60898-1', curve: 'C', rating: 63, ambient: 50 },
    },
    { id: 'unit', parent: 'main', breaker: { standard: 'IEC 60947-2', curve: 'electronic', rating: 400 } },
  ],
})
const devices = seriesOf(site, 'f1')
const [device] = devices
if (device === undefined) throw new Error('no device')
const pole = (amperes: readonly number[]): CurvePole => ({
  phase: 'L1',
  nowA: amperes.at(-1) ?? null,
  atMs: amperes.map((_, index) => index * 1000),
  amperes,
})

describe('curves of breakers in series', () => {
  it('goes up the tree, past circuits without a breaker, and names why there is none', () => {
    expect(devices.map(({ name }) => name)).toEqual(['Feeder 1', 'Main'])
    expect(noCurveWhy(site.circuits[3] ?? site.circuits[0]!)).toContain('Ir and tr')
    expect(noCurveWhy(site.circuits[1]!)).toContain('no breaker')
  })
  it('shows the underated curve beside the derated one where there is a difference', () => {
    const [feeder, main] = bandsOf(devices)
    expect(feeder?.reference.length).toBeGreaterThan(10)
    expect(main?.reference).toEqual([])
    const [fromA, toA] = shownCurrents(devices)
    expect(fromA).toBeLessThan(0.9 * 63)
    expect(toA).toBeGreaterThan(10 * 125)
  })
  it('says who opens first', () => {
    expect(selectivityOf(devices)).toEqual([
      expect.stringMatching(/^Feeder 1 \(C63\) opens before Main \(C125\) below \d+ A; its band overlaps/),
    ])
  })
  it('says all of it in words', () => {
    const facts = poleFacts(device, [pole(Array.from({ length: 120 }, () => 80))])
    expect(curveSummary(devices, facts)).toMatch(
      /^Feeder 1, C63, carries 56\.7 A where it sits; .* L1: hardest 80\.0 A over 60 s, \d+ to \d+ % of the early bound used\. Feeder 1 \(C63\)/,
    )
    expect(bandText(device, 50)).toBe('no trip')
  })
  it('marks the current at the time cursor, else now', () => {
    const readings = pole([10, 20, 30])
    expect(markedA(readings, null)).toBe(30)
    expect(markedA(readings, 900)).toBe(20)
    expect(markedA(readings, 99_000)).toBe(30)
  })
})

describe('log-log paper', () => {
  it('goes there and back', () => {
    const scale = curveScale(800, 300, 10, 1000)
    expect(scale.currentAt(scale.x(123))).toBeCloseTo(123, 6)
    expect(scale.y(10_000)).toBeLessThan(scale.y(1))
    expect(scale.x(1e9)).toBe(scale.x(1000))
  })
  it('has ticks at 1, 2 and 5 of every decade', () => {
    expect(decadeTicks(10, 100).map(({ at }) => at)).toEqual([10, 20, 50, 100])
    expect([0.02, 0.5, 90, 600, 7200].map(secondsText)).toEqual(['20 ms', '0.5 s', '90 s', '10 min', '2 h'])
  })
})

import { describe, expect, it } from 'vitest'
import type { CircuitReading, Image } from '../../../shared/model/image.ts'
import { goodSample, missingSample, type Sample } from '../../../shared/model/sample.ts'
import { siteSchema } from '../../../shared/site/site.ts'
import { nearestText, nearestToLimit, unseenCircuits } from './nearest.ts'
import { siteTree } from './site-tree.ts'

const circuit = (limitA: number, currents: readonly Sample[]): CircuitReading => ({
  source: 'meter',
  meterId: 'm',
  ageMs: 400,
  phases: Object.fromEntries(
    currents.map((currentA, index) => [
      `L${index + 1}`,
      { currentA, limitA, headroomA: null, thermalUsedPercent: null },
    ]),
  ),
})
const image = (circuits: Image['circuits']): Image => ({ seq: 1, atMs: 10_000, meters: {}, chargers: {}, circuits })

describe('nearest to its limit', () => {
  it('is the largest share of a limit, not the largest current', () => {
    const nearest = nearestToLimit(
      image({
        main: circuit(250, [goodSample(180, 9600), goodSample(120, 9600)]),
        'feeder-2': circuit(63, [goodSample(40, 9600), goodSample(57.3, 9600), missingSample('timeout', 9600)]),
      }),
    )
    expect(nearest).toMatchObject({ circuitId: 'feeder-2', phase: 'L2' })
    expect(nearest && nearestText(nearest, 'Feeder 2', 10_000)).toBe(
      'Feeder 2, L2: 57.3 of 63 A, 5.7 A left, measured 0.4 s ago',
    )
  })
  it('says by how much a limit is exceeded, also while exporting', () => {
    const nearest = nearestToLimit(image({ a: circuit(63, [goodSample(-70.25, 9000)]) }))
    expect(nearest && nearestText(nearest, 'A', 10_000)).toBe('A, L1: 70.3 of 63 A, 7.3 A over, measured 1.0 s ago')
  })
  it('does not keep quiet about circuits that are not seen', () => {
    const unmetered: CircuitReading = { ...circuit(63, [missingSample('absent', null)]), source: 'none', meterId: null }
    expect(
      unseenCircuits(
        image({
          a: circuit(63, [goodSample(10, 9000)]),
          b: circuit(63, [goodSample(10, 9000), missingSample('timeout', 9000)]),
          c: unmetered,
        }),
      ),
    ).toEqual(['b'])
  })
  it('is nobody while nothing is known', () => {
    expect(nearestToLimit(image({ a: circuit(63, [missingSample('offline', null)]) }))).toBeNull()
  })
})

describe('the tree', () => {
  it('follows the parents and keeps the order of the file', () => {
    const site = siteSchema.parse({
      version: 1,
      id: 's',
      name: 'S',
      grid: { limit: 100 },
      meters: [],
      lines: [{ id: 'l', transport: 'tcp', host: 'h', port: 502 }],
      circuits: [{ id: 'b', parent: 'root' }, { id: 'root' }, { id: 'a', parent: 'root' }, { id: 'c', parent: 'b' }],
      chargers: [{ id: 'cp', profile: 'p', line: 'l', circuit: 'c', maximum: 16 }],
    })
    const [root] = siteTree(site)
    expect(root?.circuits.map((node) => node.circuit.id)).toEqual(['b', 'a'])
    expect(root?.circuits[0]?.circuits[0]?.chargers.map((charger) => charger.id)).toEqual(['cp'])
  })
})

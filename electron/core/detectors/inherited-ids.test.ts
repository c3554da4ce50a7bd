import { describe, expect, it } from 'vitest'
import { createScene, sceneSite, told } from './test-support/scene.ts'

/** The schema of ids allows lower-case words: the one of them that every object inherits is "constructor". */
const named = (meter: string, circuit: string) =>
  sceneSite({
    meters: [
      { id: meter, profile: 'p', line: 'lan' },
      { id: 'm-f1', profile: 'p', line: 'lan', unit: 2 },
    ],
    circuits: [
      { id: 'main', meter, breaker: { standard: 'IEC 60947-2', curve: 'thermal-magnetic', rating: 100 } },
      { id: circuit, parent: 'main', meter: 'm-f1', breaker: { standard: 'IEC 60898-1', curve: 'C', rating: 32 } },
    ],
    chargers: ['a', 'b'].map((id) => ({ id, profile: 'c', line: 'lan', circuit, maximum: 32 })),
  })

describe('an id that every object inherits', () => {
  it.each([
    ['constructor', 'f1'],
    ['m-main', 'constructor'],
  ])('is an id like any other: meter %s, circuit %s', (meter, circuit) => {
    const { see, detectors } = createScene(named(meter, circuit))
    for (let second = 0; second < 3; second += 1) see({ meters: { [meter]: {} } })
    expect(detectors.failing()).toEqual([])
    const low = see({ meters: { [meter]: { u: [150, 150, 150] } } })
    expect(told(low)).toContain(`raised undervoltage ${meter}`)
    const seen = Array.from({ length: 8 }, () => told(see({ meters: { 'm-f1': { i: [60, 60, 60] } } }))).flat()
    expect(seen).toContain(`raised overcurrent ${circuit}`)
    expect(detectors.failing()).toEqual([])
  })
})

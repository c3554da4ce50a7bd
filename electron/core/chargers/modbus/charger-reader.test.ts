import type { ChargerSamplesObservation } from '../../../../shared/model/observation.ts'
import { describe, expect, it } from 'vitest'
import { chargerProfile, fakeSite } from '../../test-support/fake-site.ts'
import { createChargerReader } from './charger-reader.ts'

const [charger] = fakeSite(1000).chargers
if (charger === undefined) throw new Error('the fake site has a charger')

describe('what a charger says', () => {
  it('a code of its maker for "not available" is absent, not implausible', () => {
    const seen: ChargerSamplesObservation[] = []
    const reader = createChargerReader(charger, chargerProfile, (observation) => seen.push(observation))
    const read = (words: readonly number[], atMs: number) => {
      reader.accept('watchdog_remaining', words, atMs, 1000)
      reader.done(['watchdog_remaining'], atMs)
      return seen.at(-1)?.samples['watchdog_remaining']
    }
    // Alfen fills what it does not have with FFFF FFFF (register guide 2.3, 1.2).
    expect(read([0xffff, 0xffff], 1000)).toEqual({ value: null, quality: 'absent', atMs: 1000 })
    expect(read([0, 55], 2000)).toEqual({ value: 55, quality: 'good', atMs: 2000 })
  })
})

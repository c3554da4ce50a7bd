import { describe, expect, it } from 'vitest'
import { chargerProfile, fakeSite } from '../test-support/fake-site.ts'
import { createChargerReader } from './charger-reader.ts'

const [charger] = fakeSite(1000).chargers
if (charger === undefined) throw new Error('the fake site has a charger')

describe('what a charger says', () => {
  it('a code of its maker for "not available" is absent, not implausible', () => {
    const reader = createChargerReader(charger, chargerProfile, 1000)
    // Alfen fills what it does not have with FFFF FFFF (register guide 2.3, 1.2).
    reader.accept('watchdog_remaining', [0xffff, 0xffff], 1000, 1000)
    expect(reader.reading(1000).samples.watchdog_remaining).toEqual({ value: null, quality: 'absent', atMs: 1000 })
    reader.accept('watchdog_remaining', [0, 55], 2000, 1000)
    expect(reader.reading(2000).samples.watchdog_remaining).toEqual({ value: 55, quality: 'good', atMs: 2000 })
  })
})

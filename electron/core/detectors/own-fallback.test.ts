import { describe, expect, it } from 'vitest'
import { siteAbilities } from '../../../shared/charger/abilities-of.ts'
import type { Image } from '../../../shared/model/image.ts'
import { goodSample, missingSample } from '../../../shared/model/sample.ts'
import { chargerProfileSchema, type ChargerProfile } from '../../../shared/profile/charger-profile.ts'
import { profile } from '../control/test-support/plant.ts'
import { createDetectors } from './detectors.ts'
import { sceneSite } from './test-support/scene.ts'

const webasto = (watchdog: ChargerProfile['watchdog']): ChargerProfile => ({
  ...chargerProfileSchema.parse(profile({ watchdog })),
  id: 'c',
})
const register = { address: 1, type: 'uint16' as const, scale: 1 }

const look = (
  said: { fallbackA?: number | null; timeoutS?: number | null },
  watchdog: ChargerProfile['watchdog'] = { kind: 'lifebit', timeoutS: 10, register, value: 1 },
) => {
  // A feeder of 32 A with two chargers at a declared fallback of 6 A.
  const site = sceneSite({
    chargers: ['a', 'b', 'c'].map((id) => ({
      id,
      profile: 'c',
      line: 'lan',
      circuit: id === 'c' ? 'f2' : 'f1',
      maximum: 32,
      fallback: 6,
    })),
  })
  let ids = 0
  const detectors = createDetectors({
    site,
    abilities: siteAbilities(site, new Map([['c', webasto(watchdog)]])),
    newId: () => `f${(ids += 1)}`,
  })
  const atMs = Date.UTC(2026, 10, 23)
  const sample = (value: number | null | undefined) =>
    value == null ? missingSample('waiting', null) : goodSample(value, atMs)
  const samples = { fallback_limit: sample(said.fallbackA), watchdog_timeout: sample(said.timeoutS) }
  const none = missingSample('absent', null)
  const image: Image = {
    seq: 1,
    atMs,
    meters: {},
    circuits: {},
    chargers: Object.fromEntries(
      site.chargers.map(({ id }) => [
        id,
        {
          status: { value: 'available', code: '0', quality: 'good', atMs },
          samples: id === 'a' ? samples : {},
          siteCurrentA: { L1: none, L2: none, L3: none },
        },
      ]),
    ),
  }
  const { active, notAssessed } = detectors.step(image)
  return {
    active: active.filter(({ detector }) => detector === 'own-fallback'),
    unknown: notAssessed.filter(({ detector }) => detector === 'own-fallback').map(({ subject }) => subject.id),
  }
}

describe('what stands in a charger for the time when nobody steers it', () => {
  it('is a finding at once where it is more than the site file counts on, and where the sum does not fit', () => {
    const { active } = look({ fallbackA: 32, timeoutS: 60 })
    expect(active.map(({ subject, severity }) => [subject.id, severity])).toEqual([
      ['a', 'warning'],
      ['f1', 'critical'],
    ])
    expect(active[0]?.message).toContain('it falls to 32 A, the site file counts on 6 A')
    expect(active[1]?.message).toContain('may draw 38.0 A on L1 beside its declared other load, above its 32.0 A')
  })

  it('counts with all it may draw where its watchdog is off', () => {
    const { active } = look({ fallbackA: 6, timeoutS: 0 })
    expect(active[0]?.message).toContain('its time-out is 0 s: its watchdog is off')
    expect(active.map(({ subject }) => subject.id)).toEqual(['a', 'f1'])
  })

  it('is a finding where it waits longer than its circuits should bear', () => {
    expect(look({ fallbackA: 6, timeoutS: 600 }).active[0]?.message).toContain('it falls only after 600 s')
  })

  it('is well only where both were read and fit; else nobody knows', () => {
    expect(look({ fallbackA: 6, timeoutS: 30 })).toEqual({ active: [], unknown: ['b', 'c'] })
    expect(look({ fallbackA: 0, timeoutS: 10 }).active).toEqual([])
    expect(look({ fallbackA: 6 })).toEqual({ active: [], unknown: ['a', 'b', 'c'] })
    expect(look({}, { kind: 'none', note: 'test' })).toEqual({ active: [], unknown: [] })
  })
})

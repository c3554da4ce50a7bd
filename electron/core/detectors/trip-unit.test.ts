import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { MeterDescription } from '../../../shared/api/site-contract.ts'
import type { Image } from '../../../shared/model/image.ts'
import { goodSample } from '../../../shared/model/sample.ts'
import { readMeterProfile } from '../../../shared/profile/read-profile.ts'
import { siteSchema } from '../../../shared/site/site.ts'
import { createCircuits } from '../derive/circuits.ts'
import { createDetectors } from './detectors.ts'

const profileOf = (id: string) => {
  const file = `${id}.yaml`
  const read = readMeterProfile(
    readFileSync(new URL(`../../../assets/profiles/meters/${file}`, import.meta.url), 'utf8'),
    file,
  )
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  return read.profile
}

const siteWith = (profile: string, breaker: Record<string, unknown>) =>
  siteSchema.parse({
    version: 1,
    id: 's',
    name: 'S',
    grid: { limit: 400 },
    lines: [{ transport: 'tcp', id: 'lan', host: '127.0.0.1', port: 502 }],
    meters: [{ id: 'unit', profile, line: 'lan' }],
    circuits: [{ id: 'main', name: 'Main', meter: 'unit', breaker }],
  })

/** One circuit whose meter is this device; `see` gives what is found for what its registers say. */
const sceneOf = (profileId: string, breaker: Record<string, unknown>) => {
  const profile = profileOf(profileId)
  const site = siteWith(profileId, breaker)
  const circuits = createCircuits(site, undefined, new Map([[profileId, profile]]))
  const description = {
    id: 'unit',
    make: profile.make,
    model: profile.models[0] ?? '',
    quantities: {},
    protection: profile.protection,
  } as unknown as MeterDescription
  const detectors = createDetectors({ site, descriptions: [description], newId: () => `${Math.random()}` })
  let nowMs = 1_000_000
  return (values: Readonly<Record<string, number>>) => {
    nowMs += 1000
    const samples = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, goodSample(value, nowMs)]))
    const meters = { unit: { samples } }
    const image: Image = { seq: 1, atMs: nowMs, meters, chargers: {}, circuits: circuits.step(meters, {}, nowMs) }
    const found = detectors.step(image).active.filter(({ detector }) => detector === 'trip-unit')
    return { found, reading: image.circuits['main'] }
  }
}
const etu = { standard: 'IEC 60947-2', curve: 'electronic', rating: 160, tripUnit: { ir: 100, tr: 12 } }
const closed = { breaker_state: 0x0200, breaker_cause: 1, i_l1: 90, i_l2: 90, i_l3: 90 }
const settings = { setting_group: 0x01ff, setting_ir: 80, setting_tr: 12 }

describe('an Eaton PXR25', () => {
  it('set otherwise than declared is a finding, and the thermal image goes by what is set', () => {
    const see = sceneOf('eaton-pxr25', etu)
    expect(see(closed).found).toEqual([])
    const { found, reading } = see({ ...closed, ...settings })
    expect(found.map(({ message }) => message)).toEqual([
      expect.stringContaining('Ir is set to 80 A, the site file says 100 A'),
    ])
    expect(reading?.protection?.settings).toMatchObject({ ir: 80, tr: 12 })
    // 90 A are 1.125 Ir now: it counts, where at the declared 100 A nothing would.
    expect(reading?.phases.L1?.thermal?.toTrip?.earlyS).not.toBeNull()
    // Silent: what was read stays in force.
    expect(see(closed).reading?.protection?.settings).toMatchObject({ ir: 80 })
  })
  it('settings of another group are not believed', () => {
    const see = sceneOf('eaton-pxr25', etu)
    const { found, reading } = see({ ...closed, ...settings, setting_group: 0x00ff })
    expect(found).toEqual([])
    expect(reading?.protection?.settings).toBeNull()
    expect(reading?.phases.L1?.thermal?.toTrip?.earlyS).toBeNull()
  })
  it('tells a trip with its cause, and that it is over', () => {
    const see = sceneOf('eaton-pxr25', etu)
    const { found } = see({ ...closed, breaker_state: 0x0308, breaker_cause: 0x003d })
    expect(found).toMatchObject([{ severity: 'critical', title: 'Tripped: Main' }])
    expect(found[0]?.message).toContain('its cause: overload (long time)')
    expect(see(closed).found).toEqual([])
  })
})

describe('a Schneider MicroLogic', () => {
  const breaker = { standard: 'IEC 60947-2', curve: 'thermal-magnetic', rating: 160 }
  it('is believed where its bits are valid', () => {
    const see = sceneOf('schneider-micrologic', breaker)
    expect(see({ breaker_state_valid: 0x000f, breaker_state: 0x0006, i_l1: 0 }).found[0]?.message).toContain(
      'its cause: electrical fault (SDE)',
    )
    const { reading } = see({ breaker_state_valid: 0, breaker_state: 0x0006, i_l1: 0 })
    expect(reading?.protection?.state).toBeNull()
  })
})

describe('a Bender RCMB300', () => {
  it('tells its alarms', () => {
    const see = sceneOf('bender-rcmb300', { standard: 'IEC 60898-1', curve: 'C', rating: 63 })
    expect(see({ residual_status: 0, residual_rms: 0.01 }).found).toEqual([])
    expect(see({ residual_status: 0x10, residual_rms: 0.01 }).found[0]?.message).toContain(
      'direct residual current above',
    )
  })
})

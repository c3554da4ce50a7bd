import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readMeterProfile } from '../../../shared/profile/read-profile.ts'
import { readProtection } from '../../../shared/protection/read-protection.ts'
import { goodSample } from '../../../shared/model/sample.ts'
import { profilesFolder } from '../test-support/paths.ts'
import { pass, worldOf } from '../test-support/run-world.ts'
import { protectiveValues } from './protective-values.ts'

const profileOf = (id: string) => {
  const read = readMeterProfile(readFileSync(join(profilesFolder, 'meters', `${id}.yaml`), 'utf8'), id)
  if (!read.ok || read.profile.protection === undefined) throw new Error(`no protective profile ${id}`)
  return { profile: read.profile, protection: read.profile.protection }
}
const samplesOf = (values: Readonly<Record<string, number | undefined>>) =>
  Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [[key, goodSample(value, 0)]])),
  )

describe('a simulated trip unit', () => {
  it.each(['eaton-pxr25', 'schneider-micrologic'])('%s says closed, and tripped with a cause', (id) => {
    const { profile, protection } = profileOf(id)
    const world = worldOf('depot')
    const values = protectiveValues(profile, world, 'feeder-1', {})
    expect(readProtection(protection, samplesOf(values())).state).toBe('closed')
    const now = world.timeS()
    world.faults.inrushes.add({ circuit: 'feeder-1', phases: ['L1'], currentA: 3000, fromS: now, toS: now + 0.02 })
    pass(world, 1)
    const said = readProtection(protection, samplesOf(values()))
    expect(said.state).toBe('tripped')
    expect(said.causes).toHaveLength(1)
  })
  it('tells settings that a scenario gives it', () => {
    const { profile, protection } = profileOf('eaton-pxr25')
    const values = protectiveValues(profile, worldOf('depot'), 'feeder-1', { setting_group: 0x01ff, setting_ir: 63 })
    expect(readProtection(protection, samplesOf(values())).settings).toEqual({ ir: 63 })
  })
  it('a residual current monitor tells leakage and its alarm', () => {
    const { profile, protection } = profileOf('bender-rcmb300')
    const world = worldOf('depot')
    const values = protectiveValues(profile, world, 'feeder-2', {})
    world.faults.leakages.set('feeder-2', 12)
    pass(world, 1)
    expect(values().residual_rms).toBeGreaterThan(0.012)
    expect(readProtection(protection, samplesOf(values())).alarms).toEqual([])
  })
})

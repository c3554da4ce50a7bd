import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { ChargerProfile } from '../profile/charger-profile.ts'
import { readMeterProfile } from '../profile/read-profile.ts'
import { formatProblem } from '../yaml/problem.ts'
import { readSite } from './read-site.ts'

const sound = `version: 1
id: depot
name: Depot
grid: { limit: 100 }
lines:
  - { id: lan, transport: tcp, host: 10.0.0.5, port: 502, pipeline: 4, keepAliveS: 0 }
  - { id: far, transport: tcp, host: meter.example.org, port: 502, link: cellular, dataPerMonthMB: 500 }
meters:
  - { id: m1, profile: eastron-sdm630, line: lan, unit: 3, periods: { e_import: 60000 } }
  - { id: m2, profile: eastron-sdm630, line: far }
circuits:
  - { id: incomer, meter: m1, otherLoad: 40 }
  - { id: feeder, parent: incomer, limit: 32, otherLoad: 0 }
chargers:
  - { id: cp1, profile: alfen-eve, line: lan, unit: 1, circuit: feeder, maximum: 16, periods: { u_t1: 30000 } }
`
const file = 'eastron-sdm630.yaml'
const read = readMeterProfile(
  readFileSync(new URL(`../../assets/profiles/meters/${file}`, import.meta.url), 'utf8'),
  file,
)
if (!read.ok) throw new Error('the profile cannot be read')
const catalogue = {
  meters: new Map([['eastron-sdm630', read.profile]]),
  chargers: new Map([
    [
      'alfen-eve',
      {
        make: 'Alfen',
        models: ['Eve'],
        transports: ['tcp'],
        limit: { minimum: 6, pauseValue: 0 },
        quantities: { i_t1: {}, u_t1: {} },
        watchdog: { kind: 'none', note: 'none' },
        phaseSwitch: null,
      } as unknown as ChargerProfile,
    ],
  ]),
}
const problems = (text: string): string[] => {
  const site = readSite(text, 'site.yaml', catalogue)
  return (site.ok ? site.warnings : site.problems).map(formatProblem)
}
const changed = (search: string, replacement: string): string => {
  expect(sound).toContain(search)
  return sound.replace(search, replacement)
}

describe('links and periods in a site file', () => {
  it('are taken where they make sense', () => {
    expect(problems(sound)).toEqual([])
  })

  it.each([
    ['e_import: 60000', 'e_import: 50', '>= 100 and <= 3600000, got 50'],
    ['e_import: 60000', 'e_imprt: 60000', "'e_imprt'"],
    ['e_import: 60000', 'tan_phi: 60000', "the profile 'eastron-sdm630' has no 'tan_phi'"],
    ['e_import: 60000', 'i_l2: 5000', "'i_l2' of 'm1' is read every 5000 ms on 'incomer', which feeds chargers"],
    ['u_t1: 30000', 'u_t1: 20', '>= 100 and <= 3600000, got 20'],
    ['u_t1: 30000', 'tan_phi: 30000', 'tan_phi'],
    ['u_t1: 30000', 'u_t2: 30000', "the profile 'alfen-eve' has no 'u_t2'"],
    ['u_t1: 30000', 'i_t1: 5000', "'i_t1' of 'cp1' is read every 5000 ms"],
    ['pipeline: 4', 'pipeline: 9', '>= 1 and <= 8, got 9'],
    ['link: cellular', 'link: mobile', 'cellular'],
    ['dataPerMonthMB: 500', 'dataPerMonthMB: 0', 'dataPerMonthMB'],
    [
      'transport: tcp, host: 10.0.0.5, port: 502, pipeline: 4',
      'transport: rtu-over-tcp, host: 10.0.0.5, port: 502, pipeline: 4',
      'pipeline',
    ],
    ['{ id: incomer, meter: m1, ', '{ id: incomer, meter: m2, ', "'m2' is read over a mobile link"],
  ])('%s -> %s is told', (search, replacement, told) => {
    const found = problems(changed(search, replacement))
    expect(found.join('\n')).toContain(told)
    expect(found[0]).toMatch(/^site\.yaml:\d+:\d+/)
  })
})

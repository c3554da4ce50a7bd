import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { readSite } from '../../../shared/site/read-site.ts'
import { openSimulator } from '../test-support/open-simulator.ts'
import { profilesFolder, scenarioFile } from '../test-support/paths.ts'
import { openRawMaster } from '../test-support/raw-master.ts'
import { loaded } from '../test-support/run-world.ts'
import { loadScenario } from './load-scenario.ts'

const spoilt = (from: string, to: string) => {
  const folder = mkdtempSync(join(tmpdir(), 'scenario-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'spoilt.yaml')
  const text = readFileSync(scenarioFile('small'), 'utf8')
  expect(text).toContain(from)
  writeFileSync(file, text.replace(from, to))
  const outcome = loadScenario(file, profilesFolder)
  if (outcome.ok) throw new Error('it was accepted')
  return outcome.problems.join('\n').replaceAll(file, 'FILE')
}

describe('a scenario file', () => {
  it.each(['depot', 'small'] as const)(
    '%s becomes a site file that the product accepts with its catalogue',
    async (name) => {
      const { site } = await openSimulator(name)
      const { meterProfiles, chargerProfiles, mbusProfiles } = loaded(name)
      const read = readSite(readFileSync(site.siteFile, 'utf8'), 'site.yaml', {
        meters: meterProfiles,
        chargers: chargerProfiles,
        mbus: mbusProfiles,
      })
      expect(read.ok ? read.warnings : read.message).toEqual([])
      expect(read.ok && read.site).toEqual(site.site)
    },
  )

  it('has every transport in the depot', async () => {
    const { scenario } = loaded('depot')
    expect(new Set(scenario.site.lines.map(({ transport }) => transport))).toEqual(
      new Set(['tcp', 'serial', 'rtu-over-tcp', 'mbus-tcp']),
    )
    expect(scenario.site.chargers).toHaveLength(12)
  })

  it.each([
    ['a wrong type', 'rating: 40', "rating: '40A'", /FILE:\d+:\d+: site\.circuits\[0\]\.breaker\.rating: /],
    [
      'an unknown circuit of a load',
      'lighting, circuit: main',
      'lighting, circuit: cellar',
      /FILE:\d+:\d+: simulation\.loads\[0\]\.circuit: there is no circuit 'cellar'/,
    ],
    [
      'a charger on an unknown line',
      'line: net-cp-1,',
      'line: net-cp-9,',
      /site\.chargers\[0\]\.line: there is no line 'net-cp-9'/,
    ],
    ['fallbacks that do not fit', 'otherLoad: 10', 'otherLoad: 39', /the fallbacks do not fit 'main'/],
    ['an unknown key', 'startHour: 10', 'startTime: 10', /FILE:\d+:\d+: simulation\.startTime: unknown key/],
    [
      'an unknown profile',
      'profile: siemens-pac2200',
      'profile: siemens-pac9999',
      /siemens-pac9999\.yaml:1:1: the file can't be read/,
    ],
    [
      'an unlisted meter on no line',
      'simulation:\n',
      'simulation:\n  unlisted: { meters: [{ id: hidden, profile: janitza-umg, line: nowhere, unit: 2, circuit: main }] }\n',
      /simulation\.unlisted\.meters\[0\]\.line: there is no line 'nowhere'/,
    ],
    [
      'an unlisted meter with an id of the site',
      'simulation:\n',
      'simulation:\n  unlisted: { meters: [{ id: main-meter, profile: janitza-umg, line: net-meter, unit: 2, circuit: main }] }\n',
      /simulation\.unlisted\.meters\[0\]\.id: the id 'main-meter' is used twice/,
    ],
    ['broken YAML', 'simulation:', 'simulation: [', /FILE:\d+:\d+: /],
  ])('with %s is refused with the place', (_, from, to, message) => {
    expect(spoilt(from, to)).toMatch(message)
  })

  it('may have meters that are there without being told of: they answer on their lines, and the site file says nothing of them', async () => {
    const { site, ports } = await openSimulator('depot')
    const text = readFileSync(site.siteFile, 'utf8')
    expect(text).not.toMatch(/sdm-building|umg-grid-operator|net-unlisted/)
    const master = await openRawMaster(Number(ports['net-unlisted']))
    // Janitza UMG 96RM: voltage L1-N, a float at 19000 of the holding registers.
    master.send('0001 0000 0006 01 03 4a38 0002')
    const reply = Buffer.from(await master.take(13), 'hex')
    expect(reply.readFloatBE(9)).toBeGreaterThan(220)
    expect(site.buses.get('bus-feeder-2')?.devices.map(({ unit }) => unit)).toContain(30)
  })

  it('that is not there is refused too', () => {
    const outcome = loadScenario('/nowhere/at-all.yaml', profilesFolder)
    expect(outcome.ok ? '' : outcome.problems.join()).toMatch(/at-all\.yaml:1:1: the file can't be read/)
  })
})

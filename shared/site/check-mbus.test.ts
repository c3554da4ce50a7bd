import { describe, expect, it } from 'vitest'
import type { MbusProfile } from '../mbus/profile.ts'
import type { ChargerProfile } from '../profile/charger-profile.ts'
import type { MeterProfile } from '../profile/meter-profile.ts'
import { formatProblem } from '../yaml/problem.ts'
import { readSite } from './read-site.ts'

const sound = `version: 1
id: depot
name: Depot
grid: { limit: 100 }
lines:
  - { id: lan, transport: tcp, host: 10.0.0.5, port: 502 }
  - { id: heat, transport: mbus-serial, path: /dev/ttyUSB1 }
meters:
  - { id: m1, profile: eastron-sdm630, line: lan, unit: 3 }
  - { id: wash, profile: finder-7e, line: heat, mbus: { primary: 5 } }
  - { id: shop, profile: finder-7e, line: heat, mbus: { secondary: '23006207', manufacturer: FIN }, periodMs: 900000 }
circuits:
  - { id: incomer, meter: m1, otherLoad: 40 }
  - { id: feeder, parent: incomer, limit: 32, otherLoad: 0 }
  - { id: carwash, parent: incomer, limit: 16, meter: wash }
chargers:
  - { id: cp1, profile: alfen-eve, line: lan, unit: 1, circuit: feeder, maximum: 16 }
`
const catalogue = {
  meters: new Map([
    [
      'eastron-sdm630',
      { make: 'Eastron', models: ['SDM630'], transports: ['serial', 'tcp'] } as unknown as MeterProfile,
    ],
  ]),
  chargers: new Map([
    [
      'alfen-eve',
      {
        make: 'Alfen',
        models: ['Eve'],
        transports: ['tcp'],
        limit: { minimum: 6, pauseValue: 0 },
        quantities: {},
        watchdog: { kind: 'none', note: 'none' },
        phaseSwitch: null,
      } as unknown as ChargerProfile,
    ],
  ]),
  mbus: new Map([['finder-7e', { make: 'Finder', models: ['7E'] } as unknown as MbusProfile]]),
}
const problems = (text: string): string[] => {
  const read = readSite(text, 'site.yaml', catalogue)
  return (read.ok ? read.warnings : read.problems).map(formatProblem)
}
const without = (search: string, replacement: string): string => {
  expect(sound).toContain(search)
  return sound.replace(search, replacement)
}

describe('M-Bus in a site file', () => {
  it('is read with its own defaults: 2400 8E1, once a minute; Modbus meters keep theirs', () => {
    const read = readSite(sound, 'site.yaml', catalogue)
    expect(read).toMatchObject({
      ok: true,
      warnings: [],
      site: {
        lines: [{}, { baud: 2400, parity: 'even', stopBits: 1 }],
        meters: [{ periodMs: 1000, unit: 3 }, { periodMs: 60_000 }, { periodMs: 900_000 }],
      },
    })
  })

  it.each([
    [
      'mbus: { primary: 5 } }',
      'unit: 5 }',
      /site\.yaml:10:\d+: meters\[1\]\.line: 'wash' has no M-Bus address, but 'heat' is an M-Bus line; add 'mbus: \{ primary/,
    ],
    [
      'line: lan, unit: 3 }',
      'line: lan, mbus: { primary: 3 } }',
      /9:\d+: meters\[0\]\.mbus: 'm1' has an M-Bus address, but 'lan' is a Modbus line/,
    ],
    [
      'line: heat, mbus: { primary: 5 }',
      'line: heat, unit: 7, mbus: { primary: 5 }',
      /meters\[1\]\.unit: 'wash' is an M-Bus meter: it has no Modbus unit/,
    ],
    [
      'line: lan, unit: 1, circuit',
      'line: heat, unit: 1, circuit',
      /chargers\[0\]\.line: 'cp1' can't hang on the M-Bus line 'heat': M-Bus is too slow for control/,
    ],
    [
      'meter: m1,',
      'meter: shop,',
      /circuits\[0\]\.meter: 'shop' can't measure 'incomer', which feeds chargers: M-Bus is for energy and diagnostics/,
    ],
    [
      'mbus: { primary: 5 } }',
      'mbus: { primary: 5 }, periodMs: 1000 }',
      /10:\d+: meters\[1\]\.periodMs: .* write 10000 or more, or leave it out: 60000 is the default/,
    ],
    ['line: lan, unit: 3', 'line: lan, unit: 3, periodMs: 120000', /meters\[0\]\.periodMs: .*<= 60000/],
    [
      '{ primary: 5 } }',
      "{ secondary: '23006207' } }",
      /meters\[2\]\.mbus: 'shop' and 'wash' both have the address 23006207 on the line 'heat'/,
    ],
    ['{ primary: 5 } }', "{ primary: 5, secondary: '11111111' } }", /meters\[1\]\.mbus\.secondary: 'wash' has both/],
    ['{ primary: 5 } }', '{ medium: 2 } }', /meters\[1\]\.mbus: 'wash' has no M-Bus address/],
    [
      '{ primary: 5 } }',
      '{ primary: 251 } }',
      /meters\[1\]\.mbus\.primary: expected a whole number >= 0 and <= 250, got 251/,
    ],
    [
      "'23006207'",
      '23006207',
      /meters\[2\]\.mbus\.secondary: expected text, got 23006207; put it in quotes: '23006207'/,
    ],
    ["'23006207'", "'2300'", /meters\[2\]\.mbus\.secondary: expected the eight digits/],
    [
      '{ primary: 5 } }',
      '{ primary: 0 } }',
      /warning: meters\[1\]\.mbus\.primary: 0 is the address of a meter that was never set up/,
    ],
    [
      'profile: finder-7e, line: heat, mbus: { primary',
      'profile: eastron-sdm630, line: heat, mbus: { primary',
      /meters\[1\]\.profile: 'eastron-sdm630' is the profile of a Modbus meter/,
    ],
    [
      'profile: eastron-sdm630',
      'profile: finder-7e',
      /meters\[0\]\.profile: 'finder-7e' is the profile of an M-Bus meter/,
    ],
    ['path: /dev/ttyUSB1 }', 'path: /dev/ttyUSB1, baud: 300 }', /^$/],
  ])('%s as %s', (search, replacement, expected) => {
    const all = problems(without(search, replacement))
    if (String(expected) === '/^$/') expect(all).toEqual([])
    else
      expect(
        all.filter((problem) => expected.test(problem)),
        all.join('\n'),
      ).toHaveLength(1)
  })

  it('says when a line has no time for all of its meters', () => {
    const many = Array.from(
      { length: 12 },
      (_, index) =>
        `  - { id: x${index}, profile: finder-7e, line: heat, mbus: { primary: ${index + 10} }, periodMs: 10000 }\n`,
    ).join('')
    expect(problems(sound.replace('circuits:', `${many}circuits:`)).join('\n')).toMatch(
      /warning: lines\[1\]\.?\w*: 14 meters of 'heat' may need 1\d\d % of its time/,
    )
  })
})

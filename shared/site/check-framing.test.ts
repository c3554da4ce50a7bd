import { describe, expect, it } from 'vitest'
import type { ChargerProfile } from '../profile/charger-profile.ts'
import type { MeterProfile } from '../profile/meter-profile.ts'
import { formatProblem } from '../yaml/problem.ts'
import { readSite, type SiteCatalogue } from './read-site.ts'
import { broken } from './test-support/site-text.ts'

const catalogue: SiteCatalogue = {
  meters: new Map([
    ['eastron-sdm630', { make: 'Eastron', models: ['SDM630'], transports: ['serial'] } as unknown as MeterProfile],
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
    [
      'abl-emh',
      {
        make: 'ABL',
        models: ['eMH1'],
        transports: ['serial', 'rtu-over-tcp'],
        framing: 'ascii',
        limit: { minimum: 6, pauseValue: 0 },
        quantities: {},
        watchdog: { kind: 'none', note: 'none' },
        phaseSwitch: null,
      } as unknown as ChargerProfile,
    ],
  ]),
}
const problems = (text: string): string[] => {
  const read = readSite(text, 'site.yaml', catalogue)
  return (read.ok ? read.warnings : read.problems).map(formatProblem)
}
const bus = '{ id: bus, transport: serial, path: /dev/ttyUSB0, baud: 9600 }'
const withAbl = (line: string): string =>
  broken(bus, `${bus}\n  - ${line}`).replace(
    'profile: alfen-eve, line: lan, unit: 2',
    'profile: abl-emh, line: abl, unit: 1',
  )

describe('the framing of a line', () => {
  it.each([
    '{ id: abl, transport: serial, path: /dev/ttyUSB1, baud: 38400, parity: even, framing: ascii }',
    '{ id: abl, transport: serial, path: /dev/ttyUSB1, baud: 38400, parity: even, dataBits: 7, framing: ascii }',
    '{ id: abl, transport: rtu-over-tcp, host: 10.0.0.7, port: 4001, framing: ascii }',
  ])('%s carries a charger on Modbus ASCII', (line) => {
    expect(problems(withAbl(line))).toEqual([])
  })

  it('a device on ASCII on a line of RTU is an error with its place', () => {
    expect(problems(withAbl('{ id: abl, transport: serial, path: /dev/ttyUSB1, baud: 38400 }'))).toEqual([
      "site.yaml:22:40: chargers[1].line: 'cp2' (ABL eMH1) speaks Modbus ASCII, but its line 'abl' is Modbus RTU; write 'framing: ascii' at the line 'abl', or give it a line of its own: all devices of a line speak the same",
    ])
  })

  it('a device on RTU on a line of ASCII is one too', () => {
    expect(problems(broken(bus, bus.replace(' }', ', framing: ascii }')))).toEqual([
      "site.yaml:9:46: meters[0].line: 'm1' (Eastron SDM630) speaks Modbus RTU, but its line 'bus' is Modbus ASCII; give it a line of its own, without 'framing: ascii'; where the device itself is set to ASCII, say so in a profile of your own with 'framing: ascii'",
    ])
  })

  it('seven data bits are for ASCII only, and a wrong word is explained', () => {
    expect(problems(broken(bus, bus.replace(' }', ', dataBits: 7 }')))).toEqual([
      "site.yaml:7:77: lines[1].dataBits: 'bus' is a line of Modbus RTU, whose characters have 8 data bits; write 8, or 'framing: ascii' where the devices on it are set to Modbus ASCII",
    ])
    expect(problems(broken(bus, bus.replace(' }', ', framing: ASCII }')))[0]).toContain(
      "expected one of rtu, ascii, got 'ASCII'; did you mean 'ascii'?",
    )
    expect(problems(broken(bus, bus.replace(' }', ', dataBits: 9 }')))[0]).toContain('expected one of 7, 8, got 9')
  })
})

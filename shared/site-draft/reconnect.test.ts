import { describe, expect, it } from 'vitest'
import { readSite } from '../site/read-site.ts'
import { draftOf } from './draft.ts'
import { editSite } from './edit-site.ts'
import { moved, reconnected, transports, type Transport } from './reconnect.ts'

const text = `version: 1
id: workshop
name: Workshop
grid: { limit: 63 }
lines:
  - { id: bus, name: Main bus, transport: tcp, host: 10.0.0.5, port: 502, pipeline: 2 } # in the cabinet
meters:
  - { id: incomer, profile: eastron-sdm630, line: bus, unit: 7 }
circuits:
  - { id: main, breaker: { standard: IEC 60898-1, curve: C, rating: 63 }, meter: incomer }
`
const lineOf = (of: string) => draftOf(of)!.lists.lines[0]! as Record<string, unknown> & { id: string }
const unknownKeys = (of: string): readonly string[] => {
  const read = readSite(of, 'site.yaml')
  return read.ok ? [] : read.problems.filter(({ message }) => /unknown key/.test(message)).map(({ path }) => path)
}
const asked = (transport: Transport): Record<string, unknown> =>
  transport.endsWith('serial') ? { path: '/dev/ttyUSB0' } : { host: '10.0.0.5', port: 502 }

describe('a line that is connected otherwise', () => {
  it.each(transports.flatMap((from) => transports.map((to) => [from, to] as const)))(
    'from %s to %s leaves no key that has no field there, and keeps its name and comment',
    (from, to) => {
      const before = editSite(text, reconnected(lineOf(text), from))
      const whole = editSite(before, { kind: 'set-many', list: 'lines', id: 'bus', values: asked(from) })
      const after = editSite(whole, reconnected(lineOf(whole), to))
      expect(unknownKeys(after)).toEqual([])
      expect(lineOf(after)).toMatchObject({ id: 'bus', name: 'Main bus', transport: to })
      expect(after).toContain('# in the cabinet')
    },
  )
  it('a speed of Modbus is none of M-Bus', () => {
    const serial = editSite(text, reconnected(lineOf(text), 'serial'))
    expect(lineOf(serial)['baud']).toBe(9600)
    expect(lineOf(editSite(serial, reconnected(lineOf(serial), 'mbus-serial')))).not.toHaveProperty('baud')
  })
})

describe('a meter on another line', () => {
  it('has the address of that line', () => {
    const meterOf = (of: string) => draftOf(of)!.lists.meters[0]! as Record<string, unknown> & { id: string }
    const mbus = editSite(text, moved(meterOf(text), 'tenants', true))
    expect(meterOf(mbus)).toEqual({ id: 'incomer', profile: 'eastron-sdm630', line: 'tenants', mbus: { primary: 1 } })
    expect(meterOf(editSite(mbus, moved(meterOf(mbus), 'bus', false)))).toMatchObject({ line: 'bus', unit: 1 })
    expect(meterOf(editSite(text, moved(meterOf(text), 'other', false)))).toMatchObject({ line: 'other', unit: 7 })
  })
})

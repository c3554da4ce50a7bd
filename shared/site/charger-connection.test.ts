import { describe, expect, it } from 'vitest'
import { abilitiesOf } from '../charger/abilities-of.ts'
import { readSite } from './read-site.ts'
import { siteSchema } from './site.ts'

const text = (charger: string): string => `version: 1
id: s
name: S
grid: { limit: 100 }
lines: [{ id: lan, transport: tcp, host: 10.0.0.1, port: 502 }]
meters: []
circuits: [{ id: main }]
chargers:
  - ${charger}
`
const read = (charger: string) => readSite(text(charger), 'site.yaml')
const problems = (charger: string): string[] => {
  const outcome = read(charger)
  if (outcome.ok) throw new Error('it was accepted')
  return outcome.problems.map(({ path, message, remedy }) => `${path}: ${message}; ${remedy}`)
}
const site = (charger: string) => {
  const outcome = read(charger)
  if (!outcome.ok) throw new Error(outcome.message)
  return outcome.site
}

describe('the connection of a charger', () => {
  it.each([
    ['line: lan, unit: 7, profile: alfen-eve', 'modbus: { line: lan, unit: 7, profile: alfen-eve }'],
    ['profile: alfen-eve, line: lan', 'modbus: { profile: alfen-eve, line: lan }'],
  ])('reads the same from the short form as under its kind: %s', (short, long) => {
    const rest = 'circuit: main, maximum: 32'
    expect(site(`{ id: c, ${short}, ${rest} }`)).toEqual(site(`{ id: c, ${long}, ${rest} }`))
  })

  it('stays what it is when a site is read once more, as screens do', () => {
    const once = site('{ id: c, line: lan, profile: p, circuit: main, maximum: 32 }')
    expect(once.chargers[0]).toMatchObject({ modbus: { line: 'lan', unit: 1, profile: 'p' } })
    expect(siteSchema.parse(JSON.parse(JSON.stringify(once)))).toEqual(once)
  })

  it('over OCPP is an identity, and wants a port that was opened on purpose', () => {
    expect(problems("{ id: c, ocpp: { identity: 'CP-7' }, circuit: main, maximum: 32, fallback: 6 }")).toContain(
      "chargers[0].ocpp: 'c' connects over OCPP, but the site opens no port for it; add 'ocpp: { port: 9000 }' to the site, with the port that is set in the charger's address",
    )
    expect(problems("{ id: c, ocpp: { identity: 'CP-7' }, line: lan, circuit: main, maximum: 32 }")).toContain(
      "chargers[0].ocpp: its connection is given twice, under 'ocpp' and over Modbus; keep 'ocpp: { identity: ... }' or the Modbus keys, and remove the others",
    )
  })

  it.each([
    [
      'modbus: { line: lan, profile: p }, unit: 3',
      "chargers[0].modbus: its connection is given twice, under 'modbus' and by line, unit or profile beside it; keep 'modbus: { line: ..., unit: ..., profile: ... }' and remove the others",
    ],
    [
      'line: lan',
      "chargers[0].profile: is missing: expected text; add 'profile: ...' (A charger profile id from the catalogue)",
    ],
    ['profile: p', "chargers[0].line: is missing: expected text; add 'line: ...'"],
    [
      'modbus: { line: lan }',
      "chargers[0].modbus.profile: is missing: expected text; add 'profile: ...' (A charger profile id from the catalogue)",
    ],
    ['modbus: { line: lam, profile: p }', "chargers[0].modbus.line: there is no line 'lam'; did you mean 'lan'?"],
    ['line: lam, profile: p', "chargers[0].line: there is no line 'lam'; did you mean 'lan'?"],
  ])('%s: said where it was written', (connection, expected) => {
    const told = problems(`{ id: c, ${connection}, circuit: main, maximum: 32 }`)
    expect(told.filter((line) => line.startsWith('chargers'))).toEqual([expected])
  })

  it('is told beside what else is wrong with the charger', () => {
    expect(problems('{ id: c, line: lan, circuit: main, maximum: many }').map((line) => line.split(':')[0])).toEqual([
      'chargers[0].profile',
      'chargers[0].maximum',
    ])
  })

  it('says what the charger can do where its profile is known', () => {
    const [charger] = site('{ id: c, line: lan, profile: p, circuit: main, maximum: 32 }').chargers
    expect(charger && abilitiesOf(charger, new Map())).toBeNull()
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { severities, type Finding, type Subject } from '../../../shared/model/finding.ts'
import { siteSchema } from '../../../shared/site/site.ts'
import { alarmGroups } from './alarm-groups.ts'

const site = siteSchema.parse({
  version: 1,
  id: 's',
  name: 'S',
  grid: { limit: 200 },
  lines: [
    { id: 'net', name: 'Network', transport: 'tcp', host: 'h', port: 502 },
    { id: 'bus', name: 'South bus', transport: 'tcp', host: 'h', port: 503 },
  ],
  meters: [
    { id: 'm-1', profile: 'p', line: 'bus' },
    { id: 'm-2', profile: 'p', line: 'bus' },
    { id: 'm-3', profile: 'p', line: 'net' },
  ],
  circuits: [
    { id: 'main', meter: 'm-3' },
    { id: 'hall', name: 'Hall', parent: 'main', meter: 'm-1' },
    { id: 'row', parent: 'hall', meter: 'm-2' },
  ],
  chargers: [
    { id: 'cp-1', profile: 'p', line: 'bus', circuit: 'row', maximum: 32 },
    { id: 'cp-2', profile: 'p', line: 'net', circuit: 'hall', maximum: 32 },
  ],
})
const finding = (
  id: string,
  detector: string,
  subject: Subject,
  severity: Finding['severity'] = 'warning',
): Finding => ({
  id,
  detector,
  subject,
  severity,
  phase: null,
  state: 'active',
  raisedAtMs: 1,
  updatedAtMs: 1,
  clearedAtMs: null,
  title: id,
  message: '',
  numbers: [],
  evidence: '',
  blindMs: null,
  acknowledged: null,
})
const meter = (id: string): Subject => ({ kind: 'meter', id })

describe('alarm groups', () => {
  it('are one a cause, and say the one place they all have in common', () => {
    const groups = alarmGroups(site, [
      finding('a', 'stale-meter', meter('m-1')),
      finding('b', 'undervoltage', meter('m-3'), 'critical'),
      finding('c', 'stale-meter', meter('m-2'), 'critical'),
      finding('d', 'stale-meter', { kind: 'charger', id: 'cp-1' }),
    ])
    expect(groups.map(({ detector, findings }) => [detector, findings.map(({ id }) => id)])).toEqual([
      ['undervoltage', ['b']],
      ['stale-meter', ['c', 'a', 'd']],
    ])
    expect(groups.map(({ common }) => common)).toEqual([null, 'all on line South bus'])
  })
  it('name the circuit where the lines differ, and nothing where only the grid connection is common', () => {
    const of = (subjects: readonly Subject[]) =>
      alarmGroups(
        site,
        subjects.map((subject, index) => finding(`${index}`, 'x', subject)),
      )[0]?.common
    expect(
      of([
        { kind: 'charger', id: 'cp-2' },
        { kind: 'circuit', id: 'row' },
      ]),
    ).toBe('all in circuit Hall')
    expect(of([meter('m-3'), { kind: 'circuit', id: 'row' }])).toBeNull()
    expect(
      of([
        { kind: 'site', id: 's' },
        { kind: 'circuit', id: 'row' },
      ]),
    ).toBeNull()
  })
  it('hold every finding once, a worse one never behind a lesser group', () => {
    const some = fc.array(fc.tuple(fc.constantFrom('p', 'q', 'r'), fc.constantFrom(...severities)))
    fc.assert(
      fc.property(some, (entries) => {
        const findings = entries.map(([detector, severity], index) =>
          finding(`${index}`, detector, meter('m-1'), severity),
        )
        const groups = alarmGroups(site, findings)
        expect(groups.flatMap((group) => group.findings.map(({ id }) => Number(id))).sort((a, b) => a - b)).toEqual(
          findings.map((_, index) => index),
        )
        const rank = { critical: 0, warning: 1, info: 2 }
        const worst = groups.map((group) => rank[group.findings[0]?.severity ?? 'info'])
        expect(worst).toEqual([...worst].sort((a, b) => a - b))
      }),
    )
  })
})

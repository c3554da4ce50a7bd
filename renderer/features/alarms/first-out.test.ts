import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Finding, Subject } from '../../../shared/model/finding.ts'
import { siteSchema } from '../../../shared/site/site.ts'
import { causalGroups } from './first-out.ts'

const site = siteSchema.parse({
  version: 1,
  id: 's',
  name: 'S',
  grid: { limit: 200 },
  lines: [{ id: 'net', transport: 'tcp', host: 'h', port: 502 }],
  meters: ['m-main', 'm-hall', 'm-row', 'm-yard'].map((id) => ({ id, profile: 'p', line: 'net' })),
  circuits: [
    { id: 'main', meter: 'm-main' },
    { id: 'hall', parent: 'main', meter: 'm-hall' },
    { id: 'row', parent: 'hall', meter: 'm-row' },
    { id: 'yard', parent: 'main', meter: 'm-yard' },
  ],
  chargers: [{ id: 'cp-1', profile: 'p', line: 'net', circuit: 'row', maximum: 32 }],
})
const finding = (detector: string, subject: Subject, raisedAtMs: number): Finding => ({
  id: `${detector} ${subject.id}`,
  detector,
  subject,
  severity: 'warning',
  phase: null,
  state: 'active',
  raisedAtMs,
  updatedAtMs: raisedAtMs,
  clearedAtMs: null,
  title: detector,
  message: '',
  numbers: [],
  evidence: '',
  blindMs: null,
  acknowledged: null,
})
const meter = (id: string): Subject => ({ kind: 'meter', id })
const ids = (groups: ReturnType<typeof causalGroups>) =>
  groups.groups.map(({ first, consequences }) => [first.id, ...consequences.map(({ id }) => id)])

describe('what came first', () => {
  it('is one supply event with its consequences under it, though a meter below told it a poll earlier', () => {
    const groups = causalGroups(site, [
      finding('undervoltage', meter('m-row'), 99_000),
      finding('undervoltage', meter('m-main'), 100_000),
      finding('undervoltage', meter('m-yard'), 100_500),
      finding('undervoltage', meter('m-loose'), 101_000),
      finding('charger-fault', { kind: 'charger', id: 'cp-1' }, 104_000),
      finding('power-spike', { kind: 'site', id: 's' }, 100_000),
    ])
    expect(ids(groups)).toEqual([
      [
        'undervoltage m-main',
        'undervoltage m-row',
        'undervoltage m-yard',
        'undervoltage m-loose',
        'charger-fault cp-1',
      ],
    ])
    expect(groups.alone.map(({ id }) => id)).toEqual(['power-spike s'])
  })
  it('is the open breaker, for what is below it and for nothing beside it', () => {
    const groups = causalGroups(site, [
      finding('stale-meter', meter('m-row'), 105_000),
      finding('stale-meter', meter('m-yard'), 105_000),
      finding('breaker-open', { kind: 'circuit', id: 'hall' }, 100_000),
    ])
    expect(ids(groups)).toEqual([['breaker-open hall', 'stale-meter m-row']])
    expect(groups.alone.map(({ id }) => id)).toEqual(['stale-meter m-yard'])
  })
  it('is not what came an hour before', () => {
    const old = [finding('undervoltage', meter('m-main'), 0), finding('undervoltage', meter('m-row'), 3_600_000)]
    expect(causalGroups(site, old).groups).toEqual([])
  })
  it('loses none and doubles none', () => {
    const any = fc.record({
      detector: fc.constantFrom('undervoltage', 'breaker-open', 'stale-meter', 'overcurrent', 'thermal-margin', 'scan'),
      place: fc.constantFrom<Subject>(
        meter('m-main'),
        meter('m-row'),
        meter('gone'),
        { kind: 'circuit', id: 'hall' },
        { kind: 'charger', id: 'cp-1' },
        { kind: 'site', id: 's' },
      ),
      atMs: fc.nat(120_000),
    })
    fc.assert(
      fc.property(fc.array(any, { maxLength: 20 }), (drawn) => {
        const findings = drawn.map(({ detector, place, atMs }, index) => ({
          ...finding(detector, place, atMs),
          id: String(index),
        }))
        const { groups, alone } = causalGroups(site, findings)
        const told = [...groups.flatMap(({ first, consequences }) => [first, ...consequences]), ...alone]
        expect(told.map(({ id }) => id).sort()).toEqual(findings.map(({ id }) => id).sort())
      }),
    )
  })
})

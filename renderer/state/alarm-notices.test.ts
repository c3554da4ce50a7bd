import { describe, expect, it } from 'vitest'
import type { Finding } from '../../shared/model/finding.ts'
import type { OpenSite } from '../../shared/api/sites-contract.ts'
import { alarmNotices, calling, callingAt, otherNotices } from './alarm-notices.ts'
import { alarmMarks, headlineMark, headlineWords, worstWords } from './open-sites.ts'

const finding = (id: string, change: Partial<Finding> = {}): Finding => ({
  id,
  detector: 'undervoltage',
  subject: { kind: 'meter', id: 'm' },
  severity: 'critical',
  phase: null,
  state: 'active',
  raisedAtMs: 1,
  updatedAtMs: 1,
  clearedAtMs: null,
  title: `Undervoltage ${id}`,
  message: 'L1 138 V',
  numbers: [],
  evidence: '',
  blindMs: null,
  acknowledged: null,
  ...change,
})
const none: ReadonlySet<string> = new Set()
const shelved = { who: 'E', atMs: 1, untilMs: 2, reason: 'works' }

describe('notices of alarms', () => {
  it('call once for each that is new and of the wanted severity', () => {
    const findings = [finding('a'), finding('b', { severity: 'warning' }), finding('c', { severity: 'info' })]
    expect(alarmNotices('critical', none, findings, 'Depot').map(({ tag }) => tag)).toEqual(['a'])
    expect(alarmNotices('warning', none, findings, 'Depot').map(({ title }) => title)).toEqual([
      'Depot: Undervoltage a',
      'Depot: Undervoltage b',
    ])
    expect(alarmNotices('off', none, findings, 'Depot')).toEqual([])
    expect(alarmNotices('warning', calling('warning', findings), findings, 'Depot')).toEqual([])
  })
  it('call nobody for what is over, put aside or acknowledged', () => {
    const quiet = [
      finding('a', { state: 'cleared' }),
      finding('b', { shelved }),
      finding('c', { acknowledged: { who: 'E', atMs: 1, note: '' } }),
    ]
    expect(alarmNotices('warning', none, quiet, 'Depot')).toEqual([])
  })
  it('call again for one that is back from aside', () => {
    const before = calling('critical', [finding('a', { shelved })])
    expect(alarmNotices('critical', before, [finding('a')], 'Depot')).toHaveLength(1)
  })
  it('are one where many come at once', () => {
    const many = ['a', 'b', 'c', 'd'].map((id) => finding(id))
    expect(alarmNotices('critical', none, many, 'Depot')).toMatchObject([{ title: 'Depot: 4 new alarms' }])
  })
})

const siteAt = (siteId: string, ids: readonly string[], change: Partial<OpenSite> = {}): OpenSite => ({
  ...{ siteId, name: siteId.toUpperCase(), file: null, armedBy: null, isArmed: false, readOnly: null, problem: null },
  ...{ answering: 1, devices: 1, replies: 1, atMs: 1, active: { critical: ids.length, warning: 0, info: 0 } },
  calling: ids.map((id) => ({ id, severity: 'critical', title: `Overload ${id}`, message: 'L1 90 A', raisedAtMs: 1 })),
  ...change,
})

describe('notices of sites that are not shown', () => {
  it('call for what is new there, by its name; the shown site calls by itself', () => {
    const before = callingAt([siteAt('depot', ['a']), siteAt('yard', [])])
    const now = [siteAt('depot', ['a', 'b']), siteAt('yard', ['c'])]
    const told = otherNotices('critical', before, now, 'yard')
    expect(told).toEqual([{ title: 'DEPOT: Overload b', body: 'L1 90 A', tag: 'depot b', siteId: 'depot' }])
    expect(otherNotices('off', before, now, null)).toEqual([])
    expect(otherNotices('critical', callingAt(now), now, null)).toEqual([])
  })
  it('call nobody for what a site had when it was opened', () => {
    const opening = siteAt('yard', [], { active: null })
    const before = callingAt([opening])
    expect(otherNotices('critical', before, [siteAt('yard', ['c'])], null)).toEqual([])
  })
  it('a warning calls only where warnings do', () => {
    const alarm = { id: 'w', severity: 'warning', title: 'Harmonics', message: '', raisedAtMs: 1 } as const
    const now = [siteAt('yard', [], { calling: [alarm] })]
    const before = callingAt([siteAt('yard', [])])
    expect([otherNotices('critical', before, now, null), otherNotices('warning', before, now, null)]).toMatchObject([
      [],
      [{ tag: 'yard w' }],
    ])
  })
})

describe('an open site at a glance', () => {
  it('says whether it steers, and its worst alarms', () => {
    expect(headlineWords(siteAt('a', ['x'], { isArmed: true }))).toBe('armed, 1 critical')
    expect(headlineWords(siteAt('a', []))).toBe('watched, no alarm')
    expect(headlineWords(siteAt('a', [], { active: { critical: 1, warning: 2, info: 3 } }))).toBe(
      'watched, 1 critical, 2 warnings',
    )
    expect(worstWords(siteAt('a', [], { active: { critical: 0, warning: 2, info: 3 } }))).toBe('2 warnings')
    expect(alarmMarks(siteAt('a', ['x'])).map(({ words }) => words)).toEqual(['1 critical'])
    expect(alarmMarks(siteAt('a', [])).map(({ words }) => words)).toEqual(['No active alarm'])
    expect(headlineWords(siteAt('a', [], { active: null, readOnly: 'held' }))).toBe('read-only, nothing read yet')
    expect(headlineWords(siteAt('a', [], { problem: 'x' }))).toBe('watched, no alarm, a problem')
    expect([siteAt('a', ['x']), siteAt('a', []), siteAt('a', [], { active: null })].map(headlineMark)).toEqual([
      ...['critical', 'normal', 'unknown'],
    ])
  })
})

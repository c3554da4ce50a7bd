import { describe, expect, it } from 'vitest'
import type { Finding } from '../../shared/model/finding.ts'
import { alarmNotices, calling } from './alarm-notices.ts'

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

import { expect, it } from 'vitest'
import type { Finding } from '../../../shared/model/finding.ts'
import { createFindingTrigger } from './finding-trigger.ts'

const finding = (change: Partial<Finding>): Finding => ({
  id: 'a',
  detector: 'd',
  subject: { kind: 'site', id: 's' },
  phase: null,
  severity: 'warning',
  state: 'active',
  raisedAtMs: 1000,
  updatedAtMs: 1000,
  clearedAtMs: null,
  title: 'Voltage low',
  message: '',
  numbers: [],
  evidence: '',
  blindMs: null,
  acknowledged: null,
  ...change,
})

it('a finding captures once, when it is raised, where it is wanted and severe enough', () => {
  const captured: string[] = []
  const trigger = createFindingTrigger((source, cause) =>
    captured.push(`${source} ${cause.kind === 'finding' ? cause.title : ''}`),
  )
  trigger.take(finding({}))
  trigger.set('front', 'critical')
  trigger.set('other', 'warning')
  trigger.take(finding({ id: 'b' }))
  trigger.take(finding({ id: 'b', updatedAtMs: 2000 }))
  trigger.take(finding({ id: 'c', severity: 'critical' }))
  trigger.take(finding({ id: 'c', severity: 'critical', state: 'cleared' }))
  // Restored from an earlier run, raised long ago.
  trigger.take(finding({ id: 'd', severity: 'critical', updatedAtMs: 900_000 }))
  trigger.set('other', null)
  trigger.take(finding({ id: 'c', severity: 'critical', raisedAtMs: 5000, updatedAtMs: 5000 }))
  expect(captured).toEqual(['other Voltage low', 'front Voltage low', 'other Voltage low', 'front Voltage low'])
  expect(trigger.of('front')).toBe('critical')
})

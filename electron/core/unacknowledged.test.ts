import { describe, expect, it } from 'vitest'
import type { SiteEvent } from '../../shared/model/event.ts'
import type { Finding } from '../../shared/model/finding.ts'
import { clearedUnacknowledged } from './unacknowledged.ts'

const finding = (id: string, change: Partial<Finding> = {}): Finding => ({
  id,
  detector: 'undervoltage',
  subject: { kind: 'meter', id: 'incomer' },
  phase: 'L1',
  severity: 'critical',
  state: 'cleared',
  raisedAtMs: 1000,
  updatedAtMs: 2000,
  clearedAtMs: 2000,
  title: 'Undervoltage at incomer',
  message: 'L1: lowest reading 138.0 V',
  numbers: [],
  evidence: 'polled RMS every 1.0 s',
  blindMs: 1000,
  acknowledged: null,
  ...change,
})
const event = (kind: string, data: SiteEvent['data']): SiteEvent => ({
  id: `${kind} ${String(data?.['id'])}`,
  atMs: 2000,
  kind,
  severity: 'info',
  subject: null,
  message: '',
  data,
})

describe('alarms of an earlier run', () => {
  it('come back on the list when they cleared and nobody acknowledged them', async () => {
    const events = [
      event('finding-cleared', finding('open')),
      event('finding-cleared', finding('seen-after')),
      event('finding-acknowledged', finding('seen-after')),
      event('finding-cleared', finding('seen-before', { acknowledged: { who: 'E. Engineer', atMs: 1500, note: '' } })),
      event('finding-cleared', finding('told', { severity: 'info' })),
      event('finding-raised', finding('still-so', { state: 'active', clearedAtMs: null })),
      event('finding-cleared', { id: 'of an older version' }),
      event('started', null),
    ]
    const restored = await clearedUnacknowledged({ events: () => Promise.resolve(events) }, 10_000)
    expect(restored.map(({ id }) => id)).toEqual(['open'])
  })
})

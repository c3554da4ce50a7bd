import { describe, expect, it } from 'vitest'
import type { SiteEvent } from '../../../shared/model/event.ts'
import type { Finding } from '../../../shared/model/finding.ts'
import { filterEvents, noFilter } from './event-filter.ts'
import { excursionsOf } from './excursions.ts'

const finding = (id: string, part: Partial<Finding> = {}): Finding => ({
  id,
  detector: 'undervoltage',
  subject: { kind: 'meter', id: 'm1' },
  phase: 'L1 L2',
  severity: 'warning',
  state: 'active',
  raisedAtMs: 1000,
  updatedAtMs: 1000,
  clearedAtMs: null,
  title: 'Undervoltage',
  message: '',
  evidence: 'polled RMS every 1.0 s',
  blindMs: 900,
  acknowledged: null,
  numbers: [
    { label: 'threshold', value: 207, unit: 'V' },
    { label: 'lowest L1', value: 190, unit: 'V' },
    { label: 'lowest L2', value: 181.5, unit: 'V' },
    { label: 'duration at least', value: 1, unit: 's' },
  ],
  ...part,
})
const row = (
  id: string,
  kind: string,
  atMs: number,
  data: unknown = null,
  part: Partial<SiteEvent> = {},
): SiteEvent => ({
  id,
  kind,
  atMs,
  severity: 'info',
  subject: null,
  message: id,
  data: data as SiteEvent['data'],
  ...part,
})

describe('voltage excursions', () => {
  it('are one line each, with the worst phase and both bounds of the duration once they end', () => {
    const cleared = finding('a', {
      state: 'cleared',
      clearedAtMs: 3000,
      numbers: [...finding('a').numbers, { label: 'duration at most', value: 3, unit: 's' }],
    })
    const rows = excursionsOf(
      [row('1', 'finding-raised', 1000, finding('a')), row('2', 'finding-cleared', 3000, cleared)],
      [],
    )
    expect(rows).toHaveLength(1)
    expect(rows[0]).toMatchObject({
      direction: 'under',
      extreme: { label: 'lowest L2', valueV: 181.5 },
      thresholdV: 207,
      atLeastS: 1,
      atMostS: 3,
    })
  })
  it('keep the end although the row of the beginning comes later, and show an active one without an upper bound', () => {
    const cleared = finding('a', { state: 'cleared' })
    const rows = excursionsOf(
      [row('2', 'finding-cleared', 3000, cleared), row('1', 'finding-raised', 1000, finding('a'))],
      [finding('b', { raisedAtMs: 9000 })],
    )
    expect(rows.map((entry) => [entry.finding.id, entry.finding.state, entry.atMostS])).toEqual([
      ['b', 'active', null],
      ['a', 'cleared', null],
    ])
  })
  it('leave out other findings and rows that cannot be read', () => {
    expect(
      excursionsOf(
        [
          row('1', 'finding-raised', 1, finding('a', { detector: 'overcurrent' })),
          row('2', 'finding-raised', 1, { half: true }),
          row('3', 'started', 1),
        ],
        [],
      ),
    ).toEqual([])
  })
})

describe('the event filter', () => {
  const rows = [
    row('old', 'armed', 1),
    row('dip', 'finding-raised', 3, null, {
      severity: 'critical',
      subject: { kind: 'meter', id: 'm1' },
      message: 'Undervoltage',
    }),
    row('gone', 'line-disconnected', 2, null, { severity: 'warning', subject: { kind: 'line', id: 'bus' } }),
  ]
  const ids = (filter: Partial<typeof noFilter>) =>
    filterEvents(rows, { ...noFilter, ...filter }).map((entry) => entry.id)
  it('lets all pass newest first, and narrows by each field', () => {
    expect(ids({})).toEqual(['dip', 'gone', 'old'])
    expect(ids({ severity: 'warning' })).toEqual(['dip', 'gone'])
    expect(ids({ kind: 'armed' })).toEqual(['old'])
    expect(ids({ subject: 'line bus' })).toEqual(['gone'])
    expect(ids({ text: ' underVOLTAGE ' })).toEqual(['dip'])
    expect(ids({ text: 'underVOLTAGE', severity: 'critical', subject: 'line bus' })).toEqual([])
  })
})

import type { Decision, Write } from '../../../../shared/model/decision.ts'
import type { Interval, SiteEvent } from '../../../../shared/model/event.ts'
import type { StoredReading } from '../../../core/record/recorder.ts'

/** A full hour two days ago: rows are pruned by this computer's clock, and no row of a test may lie ahead of it. */
export const base = Math.floor(Date.now() / 3_600_000) * 3_600_000 - 2 * 86_400_000
export const all = { fromMs: 0, toMs: 9e15 }

export const eventAt = (atMs: number, id = `e${atMs}`): SiteEvent => ({
  id,
  atMs,
  kind: 'test',
  severity: 'info',
  subject: { kind: 'meter', id: 'm' },
  message: `something happened at ${atMs}`,
  data: { a: [1, null], text: 'ä' },
})
export const decisionAt = (atMs: number, id = `d${atMs}`): Decision => ({
  id,
  seq: 1,
  atMs,
  trigger: 'cycle',
  mode: 'armed',
  imageAtMs: atMs,
  chargers: {},
  circuits: {},
  notes: [`at ${atMs}`],
})
export const writeAt = (atMs: number, id = `w${atMs}`): Write => ({
  id,
  chargerId: 'c',
  atMs,
  limitA: 6,
  reason: 'decision',
  decisionId: null,
  state: 'verified',
  readBackA: 6,
  why: null,
  settledAtMs: null,
})
export const intervalAt = (startMs: number, lengthS: 60 | 900 = 60, meterId = 'm'): Interval => ({
  meterId,
  startMs,
  lengthS,
  importKwh: 0.5,
  exportKwh: null,
  registerStartKwh: 10 + (startMs - base) / 1e6,
  registerEndKwh: 10.5 + (startMs - base) / 1e6,
  stats: { u_l1n: [229, 230, 231, 60], p_total: [1000, 1500, 2500, lengthS] },
  coverage: 1,
  note: null,
})
export const readingAt = (atMs: number, volts = 230, meterId = 'm'): StoredReading => ({
  meterId,
  atMs,
  values: {
    u_l1n: { value: volts, quality: 'good', spread: { min: volts - 5, max: volts + 5, count: 5, worst: 'good' } },
    e_import: { value: 1_234_567.89 + (atMs - base) / 1e6, quality: 'good' },
    i_l1: { value: null, quality: 'timeout' },
  },
})
export const auditAt = (atMs: number) => ({ atMs, who: 'a', action: 'arm', subject: 'c', detail: { at: atMs } })

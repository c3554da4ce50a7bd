import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Finding } from '../../../shared/model/finding.ts'
import { alarmList, heldList, waiting, withoutSeen } from './held-list.ts'

const finding = fc.record({
  id: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
  severity: fc.constantFrom('info', 'warning', 'critical'),
  state: fc.constantFrom('active', 'cleared'),
  raisedAtMs: fc.nat(1000),
  updatedAtMs: fc.nat(1000),
  title: fc.string(),
  message: fc.string(),
  numbers: fc.constant([]),
  acknowledged: fc.constantFrom(null, { who: 'M. Facility', atMs: 1, note: '' }),
}) as fc.Arbitrary<unknown> as fc.Arbitrary<Finding>
const list = fc.uniqueArray(finding, { selector: ({ id }) => id }).map((rows) => alarmList(rows, []))

describe('the alarm list under the mouse', () => {
  it('keeps every row in its place with its words, and shows what became of it', () => {
    fc.assert(
      fc.property(list, list, (held, now) => {
        const shown = heldList(held, now)
        for (const part of ['active', 'over'] as const) {
          expect(shown[part].map(({ id, message, severity }) => [id, message, severity])).toEqual(
            held[part].map(({ id, message, severity }) => [id, message, severity]),
          )
          for (const row of shown[part]) {
            const fresh = [...now.active, ...now.over].find(({ id }) => id === row.id)
            if (fresh === undefined) continue
            expect([row.state, row.acknowledged]).toEqual([fresh.state, fresh.acknowledged])
          }
        }
        const missing = [...now.active, ...now.over].filter(
          ({ id }) => ![...shown.active, ...shown.over].some((row) => row.id === id),
        )
        expect(waiting(held, now)).toBe(missing.length)
      }),
    )
  })

  it('leaves out what was just acknowledged and is over, and nothing that is still so', () => {
    fc.assert(
      fc.property(list, (now) => {
        const seen = new Set([...now.active, ...now.over].map(({ id }) => id))
        expect(withoutSeen(now, seen)).toEqual({ ...now, over: [] })
        expect(withoutSeen(now, new Set())).toBe(now)
      }),
    )
  })
})

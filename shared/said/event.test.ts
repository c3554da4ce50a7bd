import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { eventSchema } from '../model/event.ts'
import { eventColumns, eventKinds, eventText } from './event.ts'

describe('what is said of an event', () => {
  it('has one sentence for each kind, and no kind twice', () => {
    expect(new Set(eventKinds).size).toBe(eventKinds.length)
    expect(eventKinds).toContain('override-refused')
  })
  it('is made of the facts, which are stored beside it', () => {
    const facts = { charger: 'Bay 4', problem: 'limit-lost', heldA: 32, wantedA: 10 } as const
    expect(eventColumns('charger-problem', facts)).toEqual({
      kind: 'charger-problem',
      message: 'Bay 4 holds 32 A although 10 A was set: it restarted, or another system writes to it',
      data: facts,
    })
  })
  it('has no facts where there is nothing to add', () => {
    expect(eventColumns('fallback-ended', {})).toMatchObject({ data: null })
  })
  it('reads a row of an older program as it was stored, whatever its kind and its facts', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.dictionary(fc.string(), fc.jsonValue()), (kind, message, data) => {
        const row = { id: '1', atMs: 0, kind, severity: 'info', subject: null, message, data } as const
        expect(eventSchema.parse(row)).toMatchObject({ kind, message })
      }),
      { numRuns: 50 },
    )
  })
  it('says the numbers of a farewell that did not reach everybody', () => {
    const end = { who: 'Ada', reason: 'end of shift', isCalledOff: false, open: ['a', 'b'] }
    expect(eventText('disarmed', { ...end, openNames: ['Bay 1', 'Bay 2'], aloneNames: ['Bay 2'] })).toBe(
      'Control ended by Ada (end of shift): not confirmed at their fallback: Bay 1, Bay 2; check them on site; Bay 2 not read until the own watchdog has fired',
    )
    expect(eventText('disarmed', { ...end, open: [], openNames: [], aloneNames: [] })).toContain(
      'every charger is at its fallback',
    )
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readFrame } from '../../../../shared/ocpp/frame.ts'
import { limitAtLast, limitNow, readCompositeSchedule } from '../../../../shared/ocpp/composite-schedule.ts'
import { readMeterValues } from '../../../../shared/ocpp/meter-values.ts'
import { limitToSend } from '../../../../shared/ocpp/numbers.ts'
import { setChargingProfile } from '../../../../shared/ocpp/profile.ts'
import { newCallBook, stepCallBook, type CallBook, type CallEffect, type CallEvent } from './call-book.ts'
import { calls16 } from './calls-16.ts'
import { calls201 } from './calls-201.ts'
import { mannersOf } from './manners.ts'
import { unknownCapabilities } from './capabilities.ts'
import { newStation, type StationState } from './station-state.ts'
import { stepStation, stepUnreadable } from './station-step.ts'

const moment = { nowMs: 5000, utcMs: Date.UTC(2026, 10, 23, 10) }
const runs = { numRuns: 400 }

/** Payloads with the words of the standard at odd places. */
const word = fc.constantFrom(
  'connectorId',
  'evseId',
  'evse',
  'id',
  'transactionId',
  'transactionInfo',
  'meterValue',
  'sampledValue',
  'timestamp',
  'value',
  'measurand',
  'unit',
  'phase',
  'context',
  'status',
  'connectorStatus',
  'eventType',
  'chargingStation',
  'vendorId',
  'data',
  '__proto__',
  'constructor',
)
const text = fc.constantFrom(
  'L1',
  'N',
  'Started',
  'Ended',
  'Current.Import',
  'A',
  'kWh',
  '2026-11-23T10:00:00Z',
  '12.5',
  '-1',
  '',
)
const odd = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, depthSize: 'small' },
    fc.oneof(text, fc.integer({ min: -2, max: 70 }), fc.double(), fc.boolean(), fc.constant(null), fc.string()),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(word, tie('value'), { maxKeys: 6 }),
  ),
})).value
const payload = fc.dictionary(word, odd, { maxKeys: 8 })

describe('a station, whatever it is sent', () => {
  it.each(['1.6', '2.0.1'] as const)(
    '%s: answers every message of the standard, throws at none, and stays bounded',
    (version) => {
      const actions = Object.keys(version === '1.6' ? calls16 : calls201)
      fc.assert(
        fc.property(fc.array(fc.tuple(fc.constantFrom(...actions), payload), { maxLength: 30 }), (calls) => {
          let state: StationState = newStation('CP', version)
          for (const [action, content] of calls) {
            const step = stepStation(state, { action, payload: content }, moment)
            expect(step.answer.ok).toBe(true)
            // What is answered is JSON.
            JSON.stringify(step.answer)
            state = step.state
          }
          expect(state.connectors.size).toBeLessThanOrEqual(65)
          expect(state.vendorData.size).toBeLessThanOrEqual(8)
        }),
        runs,
      )
    },
  )

  it('any text is a frame or says what is wrong, and is answered when it has an id', () => {
    const beginnings = fc.constantFrom('[2,"a","MeterValues",', '[3,"a",', '[2,7,"Heartbeat",', '', '[2,"')
    fc.assert(
      fc.property(
        beginnings,
        fc.oneof(
          fc.string(),
          odd.map((value) => `${JSON.stringify(value)}]`),
        ),
        (begin, rest) => {
          const frame = readFrame(`${begin}${rest}`)
          if (frame.kind !== 'unreadable') return
          const step = stepUnreadable(newStation('CP', '1.6'), frame, moment)
          expect(step.answer).toMatchObject({ ok: false, code: 'FormationViolation' })
        },
      ),
      runs,
    )
  })

  it('of any samples there comes a number that can be, or none', () => {
    fc.assert(
      fc.property(odd, (value) => {
        const say = readMeterValues(value)
        for (const number of [...say.currentA, ...say.voltageV, say.powerW, say.energyWh, say.offeredA])
          expect(number === null || Number.isFinite(number)).toBe(true)
      }),
      runs,
    )
  })

  it('a transaction is ended by its own id or a start, by nothing else', () => {
    const id = fc.oneof(fc.integer({ min: -1, max: 3 }), fc.constant('x'), fc.constant(null))
    fc.assert(
      fc.property(fc.array(id, { maxLength: 10 }), (stops) => {
        let state = stepStation(
          newStation('CP', '1.6'),
          { action: 'StartTransaction', payload: { connectorId: 1 } },
          moment,
        ).state
        const own = state.connectors.get(1)?.transaction?.id
        for (const transactionId of stops)
          state = stepStation(state, { action: 'StopTransaction', payload: { transactionId } }, moment).state
        expect(state.connectors.get(1)?.transaction?.id).toBe(own)
        const ended = stepStation(state, { action: 'StopTransaction', payload: { transactionId: Number(own) } }, moment)
        expect(ended.state.connectors.get(1)?.transaction).toBeNull()
      }),
      runs,
    )
  })
})

describe('requests to a charger', () => {
  const event: fc.Arbitrary<(book: CallBook, ticket: number) => CallEvent> = fc.oneof(
    fc.boolean().map((isUrgent) => (_book: CallBook, ticket: number): CallEvent => ({
      kind: 'planned',
      call: { ticket, action: 'A', payload: {}, isUrgent, deadlineMs: 1000 },
    })),
    fc.constant((book: CallBook): CallEvent => ({ kind: 'answered', id: book.pending?.id ?? 'none', payload: {} })),
    fc.constant((book: CallBook): CallEvent => ({ kind: 'refused', id: book.pending?.id ?? 3, code: 'X', text: '' })),
    fc.constant((): CallEvent => ({ kind: 'tick' })),
    fc.constant((): CallEvent => ({ kind: 'closed', why: 'lost' })),
  )
  it('one is on its way at most, limits go first, and each is settled once', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(event, fc.integer({ min: 0, max: 700 })), { maxLength: 80 }), (events) => {
        let book = newCallBook
        let nowMs = 0
        let ticket = 0
        const planned = new Set<number>()
        const settled: number[] = []
        const note = (effects: readonly CallEffect[]): void => {
          for (const effect of effects) if (effect.kind === 'settle') settled.push(effect.ticket)
          expect(effects.filter(({ kind }) => kind === 'send').length).toBeLessThanOrEqual(1)
        }
        for (const [make, afterMs] of events) {
          nowMs += afterMs
          ticket += 1
          const next = make(book, ticket)
          if (next.kind === 'planned') planned.add(ticket)
          const step = stepCallBook(book, next, nowMs)
          const before = book
          book = step.book
          note(step.effects)
          const isNew = book.pending !== null && book.pending.id !== before.pending?.id
          if (isNew && book.pending?.isUrgent === false)
            expect(book.waiting.some(({ isUrgent }) => isUrgent)).toBe(false)
        }
        note(stepCallBook(book, { kind: 'closed', why: 'end' }, nowMs).effects)
        expect([...settled].sort((a, b) => a - b)).toEqual([...planned])
      }),
      runs,
    )
  })
})

describe('a limit', () => {
  it('never exceeds what was decided, in amperes or in watts, now or after it ends', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 80, noNaN: true }),
        fc.double({ min: 0, max: 32, noNaN: true }),
        fc.constantFrom('A', 'W'),
        fc.constantFrom(1, 2, 3),
        fc.constantFrom('1.6', '2.0.1'),
        fc.constantFrom('Absolute', 'Relative'),
        (limitA, fallbackA, unit, phases, version, kind) => {
          const supply = { nominalV: 230, phases }
          const payload = setChargingProfile(version, {
            connector: 1,
            profileId: 1,
            shape: { purpose: 'TxDefaultProfile', unit, kind, stackLevel: 0 },
            limit: { limitA, then: { fallbackA, validS: 60 } },
            supply,
            chargerMs: moment.utcMs,
            sinceStartS: 0,
            transactionId: null,
          })
          const profile = (version === '1.6' ? payload['csChargingProfiles'] : payload['chargingProfile']) as Record<
            string,
            unknown
          >
          const written = profile['chargingSchedule']
          const schedule = (version === '1.6' ? written : (written as unknown[])[0]) as Record<string, unknown>
          const answer =
            version === '1.6'
              ? { status: 'Accepted', scheduleStart: schedule['startSchedule'], chargingSchedule: schedule }
              : { status: 'Accepted', schedule: { ...schedule, scheduleStart: schedule['startSchedule'] } }
          const read = readCompositeSchedule(version, answer, {
            connector: 1,
            supply,
            asked: unit,
            chargerMs: moment.utcMs,
          })
          expect(read.ok).toBe(true)
          if (!read.ok) return
          const now = limitNow(read.steps) ?? Infinity
          expect(now).toBeLessThanOrEqual(limitA + 1e-6)
          expect(now).toBeGreaterThan(limitA - 0.11)
          expect(limitAtLast(read.steps) ?? Infinity).toBeLessThanOrEqual(
            fallbackA + 1e-6 + (fallbackA === limitA ? 1e-6 : 0),
          )
          const drop = read.steps.at(-1)
          if (read.steps.length > 1) expect(drop?.fromS).toBeCloseTo(60, 3)
        },
      ),
      runs,
    )
  })

  it('has one decimal that the schemas take, and is never rounded up', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 500, noNaN: true }), (value) => {
        const sent = limitToSend(value)
        expect(sent).toBeLessThanOrEqual(value + 1e-6)
        expect(String(sent)).toMatch(/^\d+(\.\d)?$/)
      }),
      runs,
    )
  })

  it('is tried in every shape a charger may take, each once, what was learnt first', () => {
    fc.assert(
      fc.property(
        fc.subarray(['A', 'W'] as const),
        fc.option(fc.integer({ min: 0, max: 9 }), { nil: null }),
        fc.boolean(),
        (units, maxStackLevel, hasLearnt) => {
          const learnt = hasLearnt ? ({ unit: 'W', kind: 'Relative', stackLevel: 0 } as const) : null
          const manners = mannersOf({ ...unknownCapabilities, units, maxStackLevel }, undefined, learnt)
          const keys = manners.map((manner) => JSON.stringify(manner))
          expect(new Set(keys).size).toBe(keys.length)
          expect(manners.length).toBeLessThanOrEqual(9)
          if (learnt !== null) expect(manners[0]).toEqual(learnt)
          expect(manners.some(({ stackLevel }) => stackLevel === 0)).toBe(true)
        },
      ),
      runs,
    )
  })
})

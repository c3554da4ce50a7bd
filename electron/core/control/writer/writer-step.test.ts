import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { modbusAbilities } from '../../../../shared/charger/modbus-abilities.ts'
import type { ChargerProfile } from '../../../../shared/profile/charger-profile.ts'
import type { ChargerOutcome } from '../../chargers/charger-link.ts'
import { profile } from '../test-support/plant.ts'
import { newWriter, type WriterEffect, type WriterEvent, type WriterState, type WriterStep } from './writer-state.ts'
import { stepWriter } from './writer-step.ts'

const watchdogs: readonly ChargerProfile['watchdog'][] = [
  { kind: 'poll', timeoutS: 20 },
  { kind: 'setpoint-validity', timeoutS: 20 },
  { kind: 'lifebit', timeoutS: 20, register: { address: 1, type: 'uint16', scale: 1 }, value: 1 },
  { kind: 'none', note: '' },
]
const able = fc
  .record({ watchdog: fc.constantFrom(...watchdogs), readBack: fc.boolean() })
  .map((more) => modbusAbilities(profile(more)))

/** What happens next, before it is known which write is under way. */
const happening = fc.record({
  afterMs: fc.integer({ min: 0, max: 4000 }),
  kind: fc.constantFrom<WriterEvent['kind'][]>(
    'offer',
    'offer',
    'observed',
    'sent',
    'read-back',
    'fed',
    'read-back-due',
    'farewell',
    'farewell-due',
    'reopen',
  ),
  limitA: fc.constantFrom(0, 6, 10, 16, 32),
  isOk: fc.boolean(),
  isQuiet: fc.boolean(),
})
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never

const eventOf = ({ kind, limitA, isOk, isQuiet }: Happening, state: WriterState, nowMs: number): WriterEvent => {
  const writeId = state.latest?.id ?? 'none'
  const outcome: ChargerOutcome<{ readonly limitA: number }> = isOk
    ? { ok: true, atMs: nowMs, limitA }
    : { ok: false, atMs: nowMs, why: 'no reply' }
  const offer = { limitA, reason: 'decision', decisionId: null } as const
  switch (kind) {
    case 'offer':
      return { kind, offer, isQuiet }
    case 'observed':
      return { kind, limitA, atMs: nowMs }
    case 'sent':
    case 'read-back':
      return { kind, writeId, outcome }
    case 'read-back-due':
      return { kind, writeId }
    case 'fed':
      return { kind, outcome }
    case 'farewell':
      return { kind, offer: { ...offer, reason: 'disarm' }, untilMs: nowMs + 3000 }
    case 'farewell-due':
      return { kind, session: state.session }
    case 'reopen':
      return { kind }
  }
}

const of = <K extends WriterEffect['kind']>({ effects }: WriterStep, kind: K) =>
  effects.filter((effect): effect is Extract<WriterEffect, { kind: K }> => effect.kind === kind)

/** Runs the happenings and looks at every step. */
const walk = (
  abilities: ReturnType<typeof modbusAbilities>,
  happenings: readonly Happening[],
  look: (before: WriterState, event: WriterEvent, step: WriterStep) => void,
): WriterState => {
  let [state, nowMs] = [newWriter('cp'), 0]
  happenings.forEach((one, index) => {
    nowMs += one.afterMs
    const event = eventOf(one, state, nowMs)
    const before = state
    const step = stepWriter(before, abilities, event, { nowMs, atMs: nowMs, freeId: `w${index}` })
    look(before, event, step)
    state = step.state
  })
  return state
}
const runs = fc.tuple(able, fc.array(happening, { maxLength: 60 }))

describe('a step of the writer', () => {
  it('rests on plain data alone: taken up again from its text, it goes on the same', () => {
    fc.assert(
      fc.property(runs, ([abilities, happenings]) => {
        let revived: WriterState = newWriter('cp')
        let [nowMs, index] = [0, 0]
        const last = walk(abilities, happenings, (_, event) => {
          nowMs += happenings[index]?.afterMs ?? 0
          const now = { nowMs, atMs: nowMs, freeId: `w${index}` }
          revived = JSON.parse(JSON.stringify(stepWriter(revived, abilities, event, now).state)) as WriterState
          index += 1
        })
        expect(revived).toEqual(JSON.parse(JSON.stringify(last)))
        expect(structuredClone(last)).toEqual(last)
      }),
    )
  })

  it('sends one write at a time, and never while one is in flight', () => {
    fc.assert(
      fc.property(runs, ([abilities, happenings]) => {
        walk(abilities, happenings, (before, event, step) => {
          const writes = of(step, 'write')
          expect(writes.length).toBeLessThanOrEqual(1)
          if (before.stage === 'sending') expect(writes.length === 0 || event.kind === 'sent', event.kind).toBe(true)
        })
      }),
    )
  })

  it('sends nothing that nobody offered: only offers, a reply with one waiting, and a farewell write', () => {
    fc.assert(
      fc.property(runs, ([abilities, happenings]) => {
        walk(abilities, happenings, (before, event, step) => {
          if (of(step, 'write').length === 0) return
          expect(['offer', 'sent', 'farewell', 'farewell-due']).toContain(event.kind)
          if (event.kind === 'offer') expect(before.isClosed).toBe(false)
          if (event.kind === 'sent') expect(before.waiting).not.toBeNull()
          if (event.kind === 'farewell-due') expect(before.farewell).not.toBeNull()
        })
      }),
    )
  })

  it('leaves a charger alone that is to fall: no request but of one whose heartbeat alone feeds it', () => {
    fc.assert(
      fc.property(runs, ([abilities, happenings]) => {
        walk(abilities, happenings, (before, event, step) => {
          if (event.kind !== 'offer' || !event.isQuiet || before.isClosed) return
          expect(of(step, 'feed')).toEqual([])
          const { watchdog } = abilities
          if (watchdog.kind === 'fed' && watchdog.by === 'heartbeat') return
          expect([of(step, 'write'), of(step, 'read-back')]).toEqual([[], []])
          expect(step.state.waiting).toBeNull()
        })
      }),
    )
  })

  it('calls a write verified only where the charger was read, and settles none twice', () => {
    fc.assert(
      fc.property(runs, ([abilities, happenings]) => {
        const settled = new Set<string>()
        walk(abilities, happenings, (_, event, step) => {
          for (const { write } of of(step, 'tell')) {
            if (write.state === 'verified') expect(event.kind).toBe('read-back')
            expect(settled.has(write.id), `${write.id} ${write.state}`).toBe(false)
            if (write.settledAtMs !== null) settled.add(write.id)
          }
        })
      }),
    )
  })
})

describe('the spacing of writes', () => {
  it('counts from when the one before may have arrived, not from when it was sent', () => {
    const spaced = modbusAbilities(profile({ readBack: true }))
    const able = { ...spaced, limit: { ...spaced.limit, spacingMs: 5000 } }
    const offer = (limitA: number): WriterEvent => ({
      kind: 'offer',
      offer: { limitA, reason: 'decision', decisionId: null },
      isQuiet: false,
    })
    const at = (nowMs: number) => ({ nowMs, atMs: nowMs, freeId: `w${String(nowMs)}` })
    const first = stepWriter(newWriter('cp1'), able, offer(9), at(1000))
    expect(of(first, 'write')).toHaveLength(1)
    const writeId = first.state.latest?.id ?? ''
    // It waited for the line: a charger that wants its limits 5 s apart has it from here on.
    const acknowledged: WriterEvent = { kind: 'sent', writeId, outcome: { ok: true, atMs: 3500 } }
    const { state } = stepWriter(first.state, able, acknowledged, at(3500))
    expect(of(stepWriter(state, able, offer(10), at(8400)), 'write')).toEqual([])
    expect(of(stepWriter(state, able, offer(10), at(8500)), 'write')).toHaveLength(1)
  })
})

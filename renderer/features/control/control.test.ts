import { describe, expect, it } from 'vitest'
import type { ChargerDescription } from '../../../shared/api/site-contract.ts'
import type { Override } from '../../../shared/model/override.ts'
import { namesOf } from '../../../shared/said/override-words.ts'
import {
  confirmText,
  isComplete,
  limitProblem,
  minutesProblem,
  scopeProblem,
  type OverrideForm,
  type Target,
} from './override-form.ts'
import { soonestTrip } from './preview-words.ts'
import { isRunning } from '../../../shared/model/override.ts'
import { share } from './circuit-share.ts'

const charger: ChargerDescription = {
  id: 'cp5',
  name: 'Bay 5',
  profileId: 'p',
  make: 'M',
  model: 'X',
  circuitId: 'f2',
  phases: ['L1', 'L2', 'L3'],
  minimumA: 6,
  maximumA: 16,
  priority: 50,
  fallbackA: 6,
  canReadBack: true,
  canPause: true,
  watchdog: '',
  monitoredOnly: null,
  cannot: [],
  phaseSwitch: null,
  writableFallback: null,
}
const names = namesOf({ chargers: [charger], circuits: [{ id: 'f2', name: 'Feeder 2' }], meters: [] })
const of = (one: ChargerDescription = charger): Target => ({
  scope: { kind: 'charger', id: one.id },
  name: one.name,
  chargers: [one],
  circuitMayA: null,
})
const circuit: Target = {
  scope: { kind: 'circuit', id: 'f2' },
  name: 'circuit Feeder 2',
  chargers: [charger],
  circuitMayA: 59.8,
}
const form: OverrideForm = {
  kind: 'charger',
  groupName: '',
  groupIds: [],
  circuitId: 'f2',
  conditions: [],
  chargerId: 'cp5',
  pause: false,
  limitA: 10,
  minutes: 90,
  reason: ' cable is warm ',
  who: 'Shift engineer',
}

describe('an override', () => {
  it('is confirmed in words that name charger, limit, length, end, reason and person', () => {
    expect(confirmText(form, of(), '11:42:10', names)).toBe(
      'Hold Bay 5 to at most 10 A for 1 h 30 min, until 11:42:10, because “cable is warm”, on the word of Shift engineer.',
    )
    expect(confirmText({ ...form, pause: true, minutes: 0.5 }, of(), '11:42:10', names)).toMatch(
      /^Pause Bay 5 for 30 s, until 11:42:10/,
    )
  })
  it('asks for a limit the charger can hold, but leaves clamping to the program', () => {
    expect(limitProblem({ ...form, limitA: 3 }, of())).toContain('Pause')
    expect(limitProblem({ ...form, limitA: '' }, of())).not.toBeNull()
    expect(limitProblem({ ...form, limitA: 40 }, of())).toBeNull()
    expect(limitProblem({ ...form, pause: true }, of({ ...charger, canPause: false }))).toContain('cannot be paused')
  })
  it('is not to be had of a charger that is only monitored, neither as a limit nor as a pause', () => {
    const monitored = { ...charger, monitoredOnly: 'the unit of its limit is in dispute' }
    for (const pause of [false, true])
      expect(limitProblem({ ...form, pause }, of(monitored))).toContain(
        'is only monitored, nothing is ever written to it: the unit of its limit is in dispute',
      )
    expect(isComplete(form, of(monitored))).toBe(false)
  })
  it('needs an end within the contract, a person and a reason', () => {
    expect(minutesProblem({ ...form, minutes: 0.1 })).not.toBeNull()
    expect(minutesProblem({ ...form, minutes: 1441 })).not.toBeNull()
    expect(isComplete(form, of())).toBe(true)
    expect(isComplete({ ...form, who: '  ' }, of())).toBe(false)
    expect(isComplete({ ...form, reason: 'x' }, of())).toBe(false)
  })
  it('of a circuit says that its limit is that of all, and never raises what the circuit may carry', () => {
    const onCircuit = { ...form, kind: 'circuit' as const, limitA: 40 }
    expect(confirmText(onCircuit, circuit, '11:42:10', names)).toContain(
      'Hold circuit Feeder 2 to at most 40 A a phase in all',
    )
    expect(limitProblem(onCircuit, circuit)).toBeNull()
    expect(limitProblem({ ...onCircuit, limitA: 60 }, circuit)).toContain('59.8 A anyway')
    expect(limitProblem({ ...onCircuit, limitA: 4 }, circuit)).toBeNull()
    expect(limitProblem({ ...onCircuit, pause: true }, circuit)).toBeNull()
  })
  it('of several needs the chargers and a name for them', () => {
    const several = { ...form, kind: 'group' as const }
    expect(scopeProblem(several)).toBe('Choose the chargers')
    expect(scopeProblem({ ...several, groupIds: ['cp5'] })).toContain('name')
    expect(scopeProblem({ ...several, groupIds: ['cp5'], groupName: 'Guests' })).toBeNull()
  })
  it('names its conditions in the words that are confirmed', () => {
    const conditional = { ...form, conditions: [{ kind: 'margin-below', circuitId: 'f2', percent: 80 } as const] }
    expect(confirmText(conditional, of(), '11:42:10', names)).toContain(
      'and only while less than 80 % of the thermal margin of Feeder 2 is used,',
    )
  })
  it('is previewed by the phase that would reach its early trip bound first', () => {
    const place = (circuitId: string, phase: 'L1' | 'L2', earlyS: number | null) => ({
      circuitId,
      phase,
      limitA: 63,
      nowA: 40,
      thenA: 60,
      askedA: 80,
      usedPercent: 50,
      thenTrip: { earlyS: null },
      askedTrip: { earlyS },
    })
    const places = [place('f2', 'L1', 4000), place('f2', 'L2', 1080), place('main', 'L2', null)]
    expect(soonestTrip(places, 'askedTrip')).toEqual({ circuitId: 'f2', phase: 'L2', earlyS: 1080 })
    expect(soonestTrip(places, 'thenTrip')).toBeNull()
  })
  it('runs until it has ended, also after a failed write', () => {
    const override = (state: Override['state'], endedAtMs: number | null): Override => ({
      id: 'o',
      scope: { kind: 'charger', id: 'cp5' },
      chargers: [],
      conditions: [],
      limitA: 10,
      reason: '',
      who: '',
      createdAtMs: 0,
      expiresAtMs: 1,
      state,
      effectiveA: null,
      clampedBy: null,
      why: null,
      endedAtMs,
    })
    expect([override('pending', null), override('failed', null), override('verified', null)].every(isRunning)).toBe(
      true,
    )
    expect(
      [override('expired', 1), override('refused', null), override('cancelled', 1), override('failed', 1)].some(
        isRunning,
      ),
    ).toBe(false)
  })
})

describe('shares of a limit', () => {
  it('never draw more than the whole, and say what is free or too much', () => {
    expect(share({ limitA: 63, otherLoadA: 21, allocatedA: 36 })).toEqual({
      other: 21 / 63,
      perhaps: 0,
      allocated: 36 / 63,
      limit: 1,
      otherA: { least: 21, most: 21 },
      freeA: { least: 6, most: 6 },
      overA: 0,
      over: 0,
    })
    const over = share({ limitA: 50, otherLoadA: 40, allocatedA: 20 })
    expect(over.other + over.allocated).toBeCloseTo(1)
    expect(over.freeA).toEqual({ least: -10, most: -10 })
    expect(over.limit).toBeCloseTo(50 / 60)
    expect([over.overA, over.over]).toEqual([10, 10 / 60])
    // Perhaps more than the limit is not marked as more.
    expect(share({ limitA: 50, otherLoadA: 20, otherLoadMostA: 45, allocatedA: 20 }).overA).toBe(0)
    expect(share({ limitA: 50, otherLoadA: null, allocatedA: 20 }).freeA).toBeNull()
  })

  it('are ranges where a car’s current can not be told from other load', () => {
    const range = share({ limitA: 200, otherLoadA: 0, otherLoadMostA: 76, allocatedA: 40 })
    expect(range.otherA).toEqual({ least: 0, most: 76 })
    expect(range.freeA).toEqual({ least: 84, most: 160 })
    expect(range.other + range.perhaps + range.allocated).toBeCloseTo(116 / 200)
  })
})

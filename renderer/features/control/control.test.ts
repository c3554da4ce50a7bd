import { describe, expect, it } from 'vitest'
import type { ChargerDescription } from '../../../shared/api/site-contract.ts'
import type { Override } from '../../../shared/model/decision.ts'
import { confirmText, isComplete, limitProblem, minutesProblem, type OverrideForm } from './override-form.ts'
import { isRunning } from './override-state.ts'
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
const form: OverrideForm = {
  chargerId: 'cp5',
  pause: false,
  limitA: 10,
  minutes: 90,
  reason: ' cable is warm ',
  who: 'Shift engineer',
}

describe('an override', () => {
  it('is confirmed in words that name charger, limit, length, end, reason and person', () => {
    expect(confirmText(form, charger, '11:42:10')).toBe(
      'Hold Bay 5 to at most 10 A for 1 h 30 min, until 11:42:10, because “cable is warm”, on the word of Shift engineer.',
    )
    expect(confirmText({ ...form, pause: true, minutes: 0.5 }, charger, '11:42:10')).toMatch(
      /^Pause Bay 5 for 30 s, until 11:42:10/,
    )
  })
  it('asks for a limit the charger can hold, but leaves clamping to the program', () => {
    expect(limitProblem({ ...form, limitA: 3 }, charger)).toContain('Pause')
    expect(limitProblem({ ...form, limitA: '' }, charger)).not.toBeNull()
    expect(limitProblem({ ...form, limitA: 40 }, charger)).toBeNull()
    expect(limitProblem({ ...form, pause: true }, { ...charger, canPause: false })).toContain('cannot be paused')
  })
  it('is not to be had of a charger that is only monitored, neither as a limit nor as a pause', () => {
    const monitored = { ...charger, monitoredOnly: 'the unit of its limit is in dispute' }
    for (const pause of [false, true])
      expect(limitProblem({ ...form, pause }, monitored)).toContain(
        'is only monitored, nothing is ever written to it: the unit of its limit is in dispute',
      )
    expect(isComplete(form, monitored)).toBe(false)
  })
  it('needs an end within the contract, a person and a reason', () => {
    expect(minutesProblem({ ...form, minutes: 0.1 })).not.toBeNull()
    expect(minutesProblem({ ...form, minutes: 1441 })).not.toBeNull()
    expect(isComplete(form, charger)).toBe(true)
    expect(isComplete({ ...form, who: '  ' }, charger)).toBe(false)
    expect(isComplete({ ...form, reason: 'x' }, charger)).toBe(false)
  })
  it('runs until it has ended, also after a failed write', () => {
    const override = (state: Override['state'], endedAtMs: number | null): Override => ({
      id: 'o',
      chargerId: 'cp5',
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
      allocated: 36 / 63,
      freeA: 6,
    })
    const over = share({ limitA: 50, otherLoadA: 40, allocatedA: 20 })
    expect(over.other + over.allocated).toBeCloseTo(1)
    expect(over.freeA).toBe(-10)
    expect(share({ limitA: 50, otherLoadA: null, allocatedA: 20 }).freeA).toBeNull()
  })
})

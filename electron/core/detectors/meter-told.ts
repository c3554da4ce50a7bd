import { errorThatMattersMs } from '../../../shared/meter-records/clock-offset.ts'
import type { ToldAlarm, ToldClock } from '../../../shared/model/meter-told.ts'
import { clear, type Detector, type Outcome, type Verdict } from './detector.ts'
import { nameOf, used } from './wording.ts'
import { own } from '../../../shared/own.ts'

const cures: Readonly<Record<ToldAlarm['means'], string>> = {
  overcurrent: 'Look at what draws this current, and at the settings of the meter’s own threshold.',
  undervoltage: 'Look at the dip history for what others saw of it.',
  overvoltage: 'Look at the dip history for what others saw of it.',
  'phase-loss': 'Check the fuses and terminals of the supply and of the meter’s voltage inputs.',
  tamper: 'Find out who opened it; its readings may not be billed by until the seal is in order.',
  'clock-fault': 'Set its clock in Meter health, and check its battery.',
  other: 'See the meter’s manual for what it means.',
}

const alarmVerdict = ({ means, says }: ToldAlarm, name: string): Verdict => ({
  kind: 'active',
  facts: {
    phase: null,
    severity: means === 'other' || means === 'clock-fault' ? 'info' : 'warning',
    title: `${name} reports ${says}`,
    message: `The meter ${name} itself reports ${says}. ${cures[means]}`,
    numbers: [],
    evidence: 'the meter’s own alarm register',
    blindMs: null,
    identity: says,
  },
})

/** Alarms that meters report of themselves, by meter and alarm. Held until the meter says that they are over. */
export const meterAlarms: Detector<Readonly<Record<string, readonly string[]>>> = {
  id: 'meter-alarm',
  start: () => ({}),
  step: (before, { image }, { site }) => {
    const outcomes: Outcome[] = []
    const state: Record<string, readonly string[]> = {}
    for (const { id } of site.meters) {
      const told = own(image.meters, id)?.told
      const alarms = told?.alarms
      // Not asked, or not answered: what was told stays.
      if (alarms === null || alarms === undefined) {
        state[id] = own(before, id) ?? []
        continue
      }
      const subject = { kind: 'meter', id } as const
      const name = nameOf(site.meters, id)
      const active = alarms.map((alarm) => alarm.id)
      for (const alarm of alarms) outcomes.push({ subject, key: alarm.id, verdict: alarmVerdict(alarm, name) })
      for (const key of own(before, id) ?? [])
        if (!active.includes(key)) outcomes.push({ subject, key, verdict: clear })
      state[id] = active
    }
    return { state, outcomes }
  },
}

const amount = (ms: number): string =>
  Math.abs(ms) < 120_000 ? `${(Math.abs(ms) / 1000).toFixed(1)} s` : `${Math.round(Math.abs(ms) / 60_000)} min`

/** Off for sure: what can't be told from the way of the reading is no error. A fault ends when it is well below what raises it. */
const isOff = ({ errorMs, uncertaintyMs }: ToldClock, wasOff: boolean): boolean =>
  Math.abs(errorMs) - uncertaintyMs > errorThatMattersMs * (wasOff ? 0.5 : 1)

const clockVerdict = (clock: ToldClock, name: string, wasOff: boolean): Verdict => {
  if (!clock.isFaulty && !isOff(clock, wasOff)) return clear
  const { errorMs, uncertaintyMs } = clock
  const off = `${amount(errorMs)} ${errorMs > 0 ? 'fast' : 'slow'}`
  return {
    kind: 'active',
    facts: {
      phase: null,
      severity: 'info',
      title: clock.isFaulty ? `${name} does not trust its clock` : `The clock of ${name} is ${off}`,
      message:
        (clock.isFaulty ? `The meter ${name} reports a fault of its clock. ` : '') +
        `Its clock is ${off} (±${amount(uncertaintyMs)}). Records of its own logs are corrected by that here; at the meter ` +
        'they show the wrong time. Set it in Meter health, or at the meter.',
      numbers: [used('clock error', errorMs / 1000, 's'), used('known to', uncertaintyMs / 1000, 's')],
      evidence: 'its clock registers, read against this computer’s clock',
      blindMs: null,
      identity: clock.isFaulty ? 'fault' : 'off',
      levels: [{ value: errorMs / 1000, step: 10 }],
    },
  }
}

/** A meter's clock that is off by more than it matters, or that the meter does not trust itself. */
export const meterClock: Detector<Readonly<Record<string, boolean>>> = {
  id: 'meter-clock',
  start: () => ({}),
  step: (before, { image }, { site }) => {
    const state: Record<string, boolean> = {}
    const outcomes = site.meters.flatMap(({ id }): readonly Outcome[] => {
      const clock = own(image.meters, id)?.told?.clock
      if (clock === null || clock === undefined) {
        state[id] = own(before, id) ?? false
        return []
      }
      const verdict = clockVerdict(clock, nameOf(site.meters, id), own(before, id) ?? false)
      state[id] = verdict.kind === 'active'
      return [{ subject: { kind: 'meter', id }, key: '', verdict }]
    })
    return { state, outcomes }
  },
}

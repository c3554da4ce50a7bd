import { isBelow } from '../../../../shared/acceptance/plan.ts'
import type { Evidence } from '../../../../shared/acceptance/run.ts'
import type { Live } from '../../../../shared/api/live-contract.ts'
import { phases } from '../../../../shared/model/phase.ts'
import { own } from '../../../../shared/own.ts'
import { circuitLimitA } from '../../../../shared/site/circuit-limit.ts'
import {
  ampsText,
  counted,
  ended,
  round,
  secondsText,
  StepEnded,
  type StepRunner,
  type StepWorld,
} from '../step-world.ts'
import { chargerOf, holdWithRoom, limitOf, nameOf, overrideOf, raiseMs, refuseOthersOverride } from './charger-look.ts'

interface Busiest {
  readonly phase: string
  readonly amperes: number
  readonly limitA: number
}
/** The phase of a circuit that carries most; null where no current of it is known. */
const busiestOf = ({ image }: Live, circuitId: string): Busiest | null => {
  const seen = phases.flatMap((phase) => {
    const reading = own(image.circuits, circuitId)?.phases[phase]
    const amperes = reading?.currentA.value
    return amperes == null || reading === undefined
      ? []
      : [{ phase, amperes: Math.abs(amperes), limitA: reading.limitA }]
  })
  return seen.toSorted((a, b) => b.amperes - a.amperes)[0] ?? null
}

/** What chargers below take on the busiest phase: only that can control take away. */
const chargersShareA = (world: StepWorld, { image }: Live, circuitId: string, phase: string): number =>
  world.site.chargers
    .filter(
      ({ id, circuit }) => isBelow(world.site, circuit, circuitId) && world.abilities.get(id)?.monitoredOnly === null,
    )
    .reduce((sum, { id }) => sum + Math.abs(own(image.chargers, id)?.siteCurrentA[phase as 'L1'].value ?? 0), 0)

/** Less than this to take away shows nothing. */
const leastShareA = 4
/** A meter and its pictures lie half an ampere apart from what control aims at. */
const closeA = 0.6

/** A limit is lowered below what flows, so that control must act; the real limit is never passed. */
export const overload: StepRunner = async (world, step) => {
  const circuit = world.site.circuits.find(({ id }) => id === step.subject.id)
  if (circuit === undefined) throw new StepEnded('not-done', 'this circuit is not in the site file any more')
  const before = await world.next()
  const busy = busiestOf(before, circuit.id)
  if (busy === null) return ended('not-done', 'no current of this circuit is known')
  const shareA = chargersShareA(world, before, circuit.id, busy.phase)
  if (shareA < leastShareA)
    return ended(
      'not-done',
      `its chargers take only ${ampsText(shareA)} on ${busy.phase}, too little for control to take away: let a car charge below it`,
      [counted('Current before', round(busy.amperes), 'A', `${nameOf(circuit)}, ${busy.phase}`)],
    )
  const loweredA = round(busy.amperes - Math.min(shareA / 2, Math.max(3, busy.amperes * 0.2)))
  await world.intents.trial({
    kind: 'lower-limit',
    circuitId: circuit.id,
    limitA: loweredA,
    forS: world.numbers.overloadS,
  })
  world.undo(() => world.intents.trial({ kind: 'lower-limit', circuitId: circuit.id, limitA: loweredA, forS: 0 }))
  const sinceMs = world.monotonicMs()
  let belowSinceMs: number | null = null
  let highestA = busy.amperes
  let highestAfterA = 0
  let last = busy
  while (world.monotonicMs() - sinceMs < world.numbers.overloadS * 1000 - 2000) {
    const live = await world.next()
    const now = busiestOf(live, circuit.id)
    const afterMs = world.monotonicMs() - sinceMs
    if (now === null) continue
    last = now
    highestA = Math.max(highestA, now.amperes)
    if (now.amperes <= loweredA + closeA) belowSinceMs ??= afterMs
    if (belowSinceMs !== null) highestAfterA = Math.max(highestAfterA, now.amperes)
    world.tell(
      `${ampsText(now.amperes)} on ${now.phase}, lowered limit ${ampsText(loweredA)}, for ${secondsText(afterMs)}`,
    )
  }
  const source = `meter of ${nameOf(circuit)}`
  const evidence: Evidence[] = [
    counted('Real limit', circuitLimitA(world.site, circuit), 'A', 'site file'),
    counted('Limit for the trial', loweredA, 'A', 'this step'),
    counted(`Current before, ${busy.phase}`, round(busy.amperes), 'A', source),
    counted(
      'Until it was below',
      belowSinceMs === null ? null : round(belowSinceMs / 1000),
      's',
      source,
      'it did not come below',
    ),
    counted('Highest of all', round(highestA), 'A', source),
    counted(
      'Highest once it was below',
      belowSinceMs === null ? null : round(highestAfterA),
      'A',
      source,
      'it did not come below',
    ),
    counted(`Current at the end, ${last.phase}`, round(last.amperes), 'A', source),
  ]
  if (belowSinceMs === null)
    return ended('fail', `it did not come below ${ampsText(loweredA)} in ${world.numbers.overloadS} s`, evidence)
  const measures = [
    {
      kind: 'reaction' as const,
      subject: step.subject,
      where: 'overload',
      value: round(belowSinceMs / 1000),
      unit: 's',
    },
  ]
  if (belowSinceMs > world.numbers.settleS * 1000)
    return ended(
      'fail',
      `it took ${secondsText(belowSinceMs)} to come below ${ampsText(loweredA)}, at most ${world.numbers.settleS} s are wanted`,
      evidence,
      measures,
    )
  // Regulation around the limit: other load moves, and control answers within its cycle.
  return highestAfterA > loweredA * 1.1 + closeA
    ? ended(
        'fail',
        `it rose again to ${ampsText(highestAfterA)} above the lowered limit of ${ampsText(loweredA)}`,
        evidence,
        measures,
      )
    : ended(
        'pass',
        `from ${ampsText(busy.amperes)} below ${ampsText(loweredA)} in ${secondsText(belowSinceMs)}; never above the real limit of ${ampsText(busy.limitA)}`,
        evidence,
        measures,
      )
}

/** Waits until the load control gives it this much by itself, so that the person's limit only lowers it: its time is short. */
const untilShared = async (world: StepWorld, chargerId: string, limitA: number, withinMs: number): Promise<void> => {
  const sinceMs = world.monotonicMs()
  for (;;) {
    const { control } = await world.next()
    const targetA = own(control.decision?.chargers ?? {}, chargerId)?.targetA ?? 0
    const afterMs = world.monotonicMs() - sinceMs
    if (targetA >= limitA || afterMs > withinMs) return
    world.tell(`its share is ${ampsText(targetA)}, for ${secondsText(afterMs)}; waits for ${ampsText(limitA)}`)
  }
}

/** A person's limit: in force, read back, over by itself, and the share is back. */
export const override: StepRunner = async (world, step) => {
  const charger = chargerOf(world, step.subject.id)
  const before = await world.next()
  refuseOthersOverride(before, charger)
  const limitA = Math.max(6, charger.minimum)
  await untilShared(world, charger.id, limitA, raiseMs(world, limitA))
  const { id, got } = await holdWithRoom(world, charger, limitA, {
    ttlS: world.numbers.overrideS,
    withinMs: raiseMs(world, limitA),
  })
  if ('why' in got) {
    if (got.isClamped) return ended('not-done', `there is no room for it now: ${got.why}`)
    return got.override?.state === 'expired'
      ? ended('not-done', `its ${world.numbers.overrideS} s were over before it was in force: let it last longer`)
      : ended('fail', got.why)
  }
  const evidence: Evidence[] = [
    counted('From the order to the read back', round(got.afterMs / 1000), 's', 'this step'),
    counted('Read back', limitOf(got.live, charger.id)?.value ?? null, 'A', nameOf(charger), 'it does not say'),
  ]
  const sinceMs = world.monotonicMs()
  for (;;) {
    const live = await world.next()
    const state = overrideOf(live, id)?.state
    const decision = own(live.control.decision?.chargers ?? {}, charger.id)
    if (state === 'expired' && decision !== undefined && decision.state !== 'override')
      return ended(
        'pass',
        `${ampsText(limitA)} read back after ${secondsText(got.afterMs)}; it ended by itself, and the charger has its share again: ${decision.why}`,
        [
          ...evidence,
          counted('Lasted', round((world.monotonicMs() - sinceMs + got.afterMs) / 1000), 's', 'this step'),
          counted('Share afterwards', decision.targetA, 'A', 'decision of the load control'),
        ],
      )
    if (state === 'cancelled') return ended('not-done', 'the override was cancelled before its time', evidence)
    world.tell(
      `in force, ends by itself in ${secondsText(Math.max(0, world.numbers.overrideS * 1000 - (world.monotonicMs() - sinceMs)))}`,
    )
    if (world.monotonicMs() - sinceMs > world.numbers.overrideS * 1000 + 15_000)
      return ended('fail', `it did not end by itself within ${world.numbers.overrideS} s`, evidence)
  }
}

const raisedWithinMs = 20_000

/** The threshold is put above the voltage of now, for as long as the step lasts; nothing of it is kept. */
export const alarm: StepRunner = async (world) => {
  const before = await world.next()
  const nominal = world.site.grid.nominalVoltage
  const volts = Object.values(before.image.meters).flatMap(({ samples }) => own(samples, 'u_l1n')?.value ?? [])
  const highest = Math.max(...volts)
  if (volts.length === 0) return ended('not-done', 'no voltage is measured')
  const rules = world.alarmRules()
  const known = new Set(before.findings.filter(({ detector }) => detector === 'undervoltage').map(({ id }) => id))
  const threshold = round(highest / nominal + 0.02, 3)
  const by = { who: world.who, atMs: before.image.atMs, reason: 'acceptance test: an alarm on purpose' }
  await world.intents.setAlarmRules({ ...rules, undervoltage: { thresholds: { undervoltage: threshold }, by } })
  world.undo(() => world.intents.setAlarmRules(rules))
  const sinceMs = world.monotonicMs()
  for (;;) {
    const live = await world.next()
    const raised = live.findings.filter(({ id, detector }) => detector === 'undervoltage' && !known.has(id))
    const [first] = raised
    const afterMs = world.monotonicMs() - sinceMs
    if (first === undefined) {
      world.tell(`threshold ${round(threshold * nominal)} V, no alarm yet`)
      if (afterMs > raisedWithinMs)
        return ended(
          'fail',
          `no alarm came within ${secondsText(raisedWithinMs)} although the threshold was above the voltage`,
        )
      continue
    }
    for (const { id } of raised) await world.intents.acknowledge(id, 'acceptance test: an alarm on purpose')
    const kept = (await world.next()).findings.find(({ id }) => id === first.id)
    const evidence = [
      counted('Voltage', round(highest), 'V', 'meter'),
      counted('Threshold for the step', round(threshold * nominal), 'V', 'this step'),
      counted('From the threshold to the alarm', round(afterMs / 1000), 's', first.title),
      counted('Acknowledged by', kept?.acknowledged?.who ?? null, '', 'alarm list', 'it is gone already'),
    ]
    return kept === undefined || kept.acknowledged !== null
      ? ended(
          'pass',
          `“${first.title}” came after ${secondsText(afterMs)} and was acknowledged; the threshold is back`,
          evidence,
        )
      : ended('fail', 'the alarm came, but its acknowledgement was not kept', evidence)
  }
}

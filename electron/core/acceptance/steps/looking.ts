import { breakerText } from '../../../../shared/acceptance/plan.ts'
import type { Evidence } from '../../../../shared/acceptance/run.ts'
import { tripUnitDifferences } from '../../../../shared/acceptance/trip-unit.ts'
import type { Sample } from '../../../../shared/model/sample.ts'
import { own } from '../../../../shared/own.ts'
import { accuracyText, shownAccuracy } from '../../../../shared/wiring/shown-accuracy.ts'
import { counted, ended, reading, round, type StepRunner, type StepWorld } from '../step-world.ts'

/** Steps that look at what is known now. */

interface Range {
  readonly key: string
  readonly label: string
  readonly unit: string
  readonly low: number
  readonly high: number
}
const looksWithinMs = 15_000

/** What its power may be wrong by, as evidence beside it: a value is only as good as its classes. */
const accuracyOf = (world: StepWorld, id: string, samples: Readonly<Record<string, Sample>>): Evidence => {
  const meter = world.site.meters.find((each) => each.id === id)
  const amperes = ['i_l1', 'i_l2', 'i_l3'].flatMap((key) => Math.abs(own(samples, key)?.value ?? NaN))
  const known = amperes.filter((each) => !Number.isNaN(each))
  const accuracy = shownAccuracy({
    transformer: meter?.currentTransformer,
    meterClass: meter?.class,
    currentA: known.length === 0 ? null : Math.max(...known),
    powerFactor: Math.abs(own(samples, 'pf_total')?.value ?? 0.95),
  })
  const text = accuracyText(accuracy)
  return accuracy.kind === 'known'
    ? counted('Accuracy of its active power', `± ${round(accuracy.powerPercent, 2)}`, '%', text)
    : counted('Accuracy of its active power', null, '%', 'declared classes', text)
}

/** Values that a mains has, over some pictures: one outlier is a fact, one missing reading is not. */
export const plausible: StepRunner = async (world, step) => {
  const { grid } = world.site
  const meter = world.site.meters.find(({ id }) => id === step.subject.id)
  const source = meter?.name ?? step.subject.id
  const ranges: readonly Range[] = [
    ...['u_l1n', 'u_l2n', 'u_l3n'].map((key) => ({
      key,
      label: `Voltage ${key.slice(2, 4).toUpperCase()}`,
      unit: 'V',
      low: 0.9 * grid.nominalVoltage,
      high: 1.1 * grid.nominalVoltage,
    })),
    { key: 'f', label: 'Frequency', unit: 'Hz', low: grid.frequency - 1, high: grid.frequency + 1 },
    ...['i_l1', 'i_l2', 'i_l3'].map((key) => ({
      key,
      label: `Current ${key.slice(2).toUpperCase()}`,
      unit: 'A',
      low: -6300,
      high: 6300,
    })),
    { key: 'p_total', label: 'Active power', unit: 'W', low: -5e6, high: 5e6 },
    { key: 'pf_total', label: 'Power factor', unit: '', low: -1.0005, high: 1.0005 },
  ]
  const sinceMs = world.monotonicMs()
  let missing: string[] = []
  for (;;) {
    const { image } = await world.next()
    const seen = own(image.meters, step.subject.id)
    const samples: Readonly<Record<string, Sample>> = seen?.samples ?? {}
    const asked = ranges.filter(({ key }) => own(samples, key) !== undefined && own(samples, key)?.quality !== 'absent')
    const evidence: Evidence[] = [
      ...asked.map(({ key, label, unit }) => reading(label, own(samples, key), unit, source, image.atMs)),
      accuracyOf(world, step.subject.id, samples),
    ]
    missing = asked.filter(({ key }) => own(samples, key)?.value == null).map(({ label }) => label)
    const outside = asked.filter(({ key, low, high }) => {
      const value = own(samples, key)?.value
      return value != null && (value < low || value > high)
    })
    const doubts = seen?.doubts ?? []
    if (doubts.length > 0)
      return ended(
        'fail',
        `it is not believed: ${doubts.map(({ kind, phase }) => (phase === null ? kind : `${kind} (${phase})`)).join(', ')}`,
        evidence,
      )
    if (outside.length > 0)
      return ended(
        'fail',
        `outside of what a mains has: ${outside.map(({ label, low, high, unit }) => `${label} (${low.toFixed(1)} to ${high.toFixed(1)} ${unit})`).join(', ')}`,
        evidence,
      )
    if (asked.length > 0 && missing.length === 0)
      return ended('pass', `${asked.length} values there and within their ranges`, evidence)
    world.tell(`waiting for ${missing.length === 0 ? 'its first values' : missing.join(', ')}`)
    if (world.monotonicMs() - sinceMs > Math.max(looksWithinMs, 3 * (meter?.periodMs ?? 1000)))
      return ended(
        asked.length === 0 ? 'not-done' : 'fail',
        asked.length === 0 ? 'it brought no values' : `these have no value: ${missing.join(', ')}`,
        evidence,
      )
  }
}

/** What the passive checks say of a meter now. */
export const meterWiring: StepRunner = async (world, step) => {
  await world.next()
  const checks = world.wiring().get(step.subject.id) ?? []
  const evidence = checks.map((check) =>
    counted(
      check.title,
      check.state === 'not-assessed' ? null : check.state,
      '',
      'passive checks of the wiring',
      check.says,
    ),
  )
  const wrong = checks.filter(({ state }) => state === 'wrong')
  const doubtful = checks.filter(({ state }) => state === 'check')
  const assessed = checks.filter(({ state }) => state !== 'not-assessed').length
  if (wrong.length > 0) return ended('fail', wrong.map(({ says }) => says).join(' '), evidence)
  if (assessed === 0) return ended('not-done', 'no check could be assessed yet: more load, or more time', evidence)
  const told = doubtful.length === 0 ? '' : `; to be looked at: ${doubtful.map(({ says }) => says).join(' ')}`
  return ended('pass', `${assessed} of ${checks.length} checks assessed, none red${told}`, evidence)
}

/** The declared breaker beside what its trip unit says; a person compares both with the nameplate. */
export const breaker: StepRunner = async (world, step) => {
  const { image } = await world.next()
  const circuit = world.site.circuits.find(({ id }) => id === step.subject.id)
  if (circuit?.breaker === undefined) return ended('not-done', 'no breaker is declared for this circuit any more')
  const read = own(image.circuits, circuit.id)?.protection?.settings ?? null
  const evidence: Evidence[] = [
    counted('Declared', breakerText(circuit.breaker), '', 'site file'),
    ...(read === null
      ? [counted('Trip unit as read', null, '', 'its own registers', 'no trip unit is read on this circuit')]
      : Object.entries(read).map(([key, value]) =>
          counted(`Trip unit ${key}`, value ?? null, '', 'its own registers'),
        )),
  ]
  const differences = read === null ? [] : tripUnitDifferences(circuit.breaker, read)
  if (differences.length > 0)
    return ended('fail', `its trip unit is set otherwise than declared: ${differences.join('; ')}`, evidence)
  return ended(
    'open',
    'waits for a person: attach a photo of the nameplate, compare, and say whether both agree',
    evidence,
  )
}

import { everyKey, takesAway, type Doubt, type DoubtKind } from '../../../shared/model/doubt.ts'
import { doubtKinds } from '../../../shared/model/doubt.ts'
import { currentKey } from '../derive/phase-keys.ts'
import { chargersUnder } from './circuit-tree.ts'
import { clear, type Detector, type Outcome, type Setup, type UsedNumber } from './detector.ts'
import { own } from '../../../shared/own.ts'
import { nameOf } from './wording.ts'

/** The judging is done before the image (core/belief); this only tells it, with what to check. */
export type NotBelievedState = Readonly<Record<string, never>>

const round = ({ value, unit }: UsedNumber): string => {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2
  const shown =
    value !== 0 && Math.abs(value) < 0.005
      ? value.toExponential(1)
      : value.toFixed(unit === '1' && Number.isInteger(value) ? 0 : digits)
  return unit === '1' ? shown : `${shown} ${unit}`
}
const listed = (numbers: readonly UsedNumber[]): string =>
  numbers.map((number) => `${number.label} ${round(number)}`).join(', ')

interface Words {
  readonly title: (name: string) => string
  readonly what: string
  readonly check: string
}

/** One entry per kind of doubt: what it means and what to check. */
const words: Readonly<Record<DoubtKind, Words>> = {
  probe: {
    title: (name) => `Meter ${name} is not believed: its values are garbage`,
    what: 'The quantity that shows whether the registers are read right is out of its range, so none of its values is believed',
    check: '',
  },
  frozen: {
    title: (name) => `Meter ${name} is not believed: it repeats old values`,
    what: 'Voltages, currents, power and frequency are the same to the last bit, which a live meter never shows',
    check: 'Look at its display: if that moves, restart the gateway in front of it; else the meter itself.',
  },
  'frozen-partly': {
    title: (name) => `Meter ${name} is not believed in part: some values stand still`,
    what: 'These are the same to the last bit while its other values move',
    check: 'Compare them with its display; restart the gateway in front of it, or the meter.',
  },
  'not-following': {
    title: (name) => `Meter ${name} is not believed: it stands still while chargers below move`,
    what: 'Its current did not move at all although the chargers it feeds did',
    check:
      'Compare it with its display, restart the gateway in front of it, and check that its current transformers are on this circuit.',
  },
  'dead-input': {
    title: (name) => `Meter ${name} is not believed: it sees no voltage while chargers below charge`,
    what: 'There can be no current below without voltage here, so nothing it says is believed',
    check: 'Check its voltage inputs and their fuses, and that it is the meter of this circuit.',
  },
  'below-chargers': {
    title: (name) => `Meter ${name} is not believed: it shows less than what it feeds draws`,
    what: 'A circuit without generation cannot carry less than the chargers and the metered circuits it feeds',
    check:
      'Check the ratio of its current transformers (meter and site file) and of those of the meters below it, the phase of each, the phases of the chargers, ' +
      'and that they are on this circuit and not on another; ' +
      "where something below feeds in, say 'generation: true' at its circuit.",
  },
  jumping: {
    title: (name) => `Meter ${name} is not believed: its current comes and goes`,
    what: 'Time after time it shows less than the chargers below draw, and the whole again, while they draw the same all the time',
    check:
      'Look whether its display does the same: if not, restart the gateway in front of it, and check that nothing else asks this meter; ' +
      'if it does, check its current inputs and the terminals of their transformers.',
  },
  'power-without-current': {
    title: (name) => `Currents of meter ${name} are not believed: it shows power without them`,
    what: 'Its power is more than its currents can carry, so the currents are not believed: this model or version measures no currents, or their scale is wrong',
    check: 'Check that the profile is for this very model and version, and the current transformers.',
  },
  'current-without-power': {
    title: (name) => `Powers of meter ${name} are not believed: its currents carry more`,
    what: 'Current and voltage are there, and the power they must make is not',
    check: 'Check that the profile is for this very model, and the order of its voltage and current inputs.',
  },
  'apparent-below-active': {
    title: (name) => `Apparent power of meter ${name} is not believed`,
    what: 'Apparent power cannot be below active power',
    check: 'Check that the profile is for this very model.',
  },
  'line-voltage': {
    title: (name) => `Voltages of meter ${name} are not believed`,
    what: 'Its voltages between lines and to neutral do not fit together in any network',
    check: 'Check its neutral, its voltage inputs and its profile.',
  },
  'total-power': {
    title: (name) => `Powers of meter ${name} are not believed: the phases do not make the total`,
    what: 'Its powers per phase and its total do not fit together',
    check: 'Check that the profile is for this very model, and the direction of each current transformer.',
  },
  'hidden-overload': {
    title: (name) => `Meter ${name} shows an export that hides an overload`,
    what: 'What it calls export grew when chargers drew more, or was above the limit of the circuit while they drew: it is counted as load from now on',
    check: "Check the direction of its current transformers; where all are reversed, say 'reverse: true' at the meter.",
  },
  'not-judged': {
    title: (name) => `Meter ${name} is not believed: its values could not be judged`,
    what: 'The part of the program that judges the values of meters failed on it, and nothing passes unjudged',
    check: 'Restart the program, and send a snapshot to its makers; the alarm about that part says why it failed.',
  },
}

/** Whether control loses sight by it: a current of the circuit this meter measures is taken away, and chargers hang below. */
const blinds = (setup: Setup, meterId: string, doubt: Doubt): number => {
  const circuit = setup.site.circuits.find((each) => each.meter === meterId)
  if (circuit === undefined || !circuit.phases.some((phase) => takesAway(doubt, currentKey[phase]))) return 0
  return chargersUnder(setup.site, circuit.id).length
}

const sentence = (doubt: Doubt, count: number): string => {
  const { what, check } = words[doubt.kind]
  const numbers = listed(doubt.numbers)
  return [
    `${what}${numbers === '' ? '' : ` (${numbers})`}.`,
    doubt.hint,
    check,
    count === 0 ? '' : `${count} charger${count === 1 ? '' : 's'} under it can only be held at the declared fallback.`,
  ]
    .filter((part) => part !== null && part !== '')
    .join(' ')
}

const evidenceOf = (doubt: Doubt): string =>
  doubt.keys.length === 0
    ? 'its own power and current registers'
    : doubt.keys.includes(everyKey)
      ? 'the readings of this meter, and of the chargers below it where there are any; all its values are shown as implausible'
      : `the readings of this meter, and of the chargers below it where there are any; shown as implausible: ${doubt.keys.join(', ')}`

/** Values that arrived well and can't be right. One finding for each meter and kind of doubt. */
export const notBelieved: Detector<NotBelievedState> = {
  id: 'not-believed',
  start: () => ({}),
  step: (state, { image }, setup) => ({
    state,
    outcomes: setup.site.meters.flatMap(({ id }): Outcome[] =>
      doubtKinds.map((kind): Outcome => {
        const subject = { kind: 'meter' as const, id }
        const doubt = own(image.meters, id)?.doubts?.find((each) => each.kind === kind)
        if (doubt === undefined) return { subject, key: kind, verdict: clear }
        const count = blinds(setup, id, doubt)
        return {
          subject,
          key: kind,
          verdict: {
            kind: 'active',
            facts: {
              phase: doubt.phase,
              severity: count > 0 || kind === 'hidden-overload' ? 'critical' : 'warning',
              title: words[kind].title(nameOf(setup.site.meters, id)),
              message: sentence(doubt, count),
              numbers: [...doubt.numbers],
              evidence: evidenceOf(doubt),
              blindMs: null,
              identity: `${doubt.phase ?? ''}|${doubt.keys.join()}|${doubt.hint ?? ''}`,
            },
          },
        }
      }),
    ),
  }),
}

import type { Phase } from '../../../shared/model/phase.ts'
import type { SiteCharger, SiteCircuit } from '../../../shared/site/site.ts'
import { doubtOf, isContradicted, witnessOf, type EvidenceState, type Witness } from '../derive/phase-evidence.ts'
import { clear, type Detector, type Facts, type Outcome, type Setup } from './detector.ts'
import { amperes, nameOf, used } from './wording.ts'

/** The comparing is done in control (derive/phase-evidence.ts); this only tells what it came to, with the likely map. */
export type PhaseMapState = Readonly<Record<string, never>>

const order: readonly Phase[] = ['L1', 'L2', 'L3']
const turnsOf = (from: Phase, to: Phase): number => (order.indexOf(to) - order.indexOf(from) + 3) % 3

/** The declared map turned so that it fits what was seen; null where no one rotation does. */
export const likelyMap = (declared: readonly Phase[], seenAs: Witness['seenAs']): readonly Phase[] | null => {
  const seen = order.flatMap((from) => (seenAs[from] === undefined ? [] : [turnsOf(from, seenAs[from])]))
  const [turns] = seen
  if (turns === undefined || seen.some((each) => each !== turns)) return null
  return declared.map((phase) => order[(order.indexOf(phase) + turns) % 3] as Phase)
}

const seenText = (seenAs: Witness['seenAs']): string =>
  order.flatMap((from) => (seenAs[from] === undefined ? [] : [`${seenAs[from]} instead of ${from}`])).join(', ')

interface Sighting {
  readonly circuit: SiteCircuit
  readonly witness: Witness
}

const evidence = (witness: Witness): string =>
  `steps of the charger's own current compared with the phases of the meters above it in the same seconds, ${witness.conflicts} in a row`

const numbers = ({ stepA, shownA }: Witness) => [used('newest step', stepA, 'A'), used('shown of it', shownA, 'A')]

const rest = 'Until this is resolved it is counted on the phases of both.'

/** Every meter above says the same: it is the charger's map, or its wiring. */
const wrongMap = (charger: SiteCharger, sightings: readonly Sighting[], setup: Setup): Facts => {
  const [first] = sightings as readonly [Sighting, ...Sighting[]]
  const name = nameOf(setup.site.chargers, charger.id)
  const likely = likelyMap(charger.phases, first.witness.seenAs)
  const where = sightings.map(({ circuit }) => circuit.name ?? circuit.id).join(' and ')
  return {
    phase: order.filter((phase) => first.witness.seenAs[phase] !== undefined).join(' '),
    severity: 'warning',
    title: `Charger ${name} is not on the phases that are declared`,
    message:
      `Its current moves ${seenText(first.witness.seenAs)} at ${where}. ` +
      (likely === null
        ? ''
        : `The likely map of its terminals is [${likely.join(', ')}], declared is [${charger.phases.join(', ')}]. `) +
      `${rest} Check the order of its conductors, then correct 'phases' in the site file.`,
    numbers: numbers(first.witness),
    evidence: evidence(first.witness),
    blindMs: null,
    identity: `map ${where} ${seenText(first.witness.seenAs)}`,
  }
}

/** One meter sees it elsewhere, another where it is declared: the current transformers of the one are in another order. */
const rotatedMeter = (
  charger: SiteCharger,
  { circuit, witness }: Sighting,
  agreeing: Sighting,
  setup: Setup,
): Facts => {
  const meter = nameOf(setup.site.meters, circuit.meter ?? '')
  const name = nameOf(setup.site.chargers, charger.id)
  return {
    phase: order.filter((phase) => witness.seenAs[phase] !== undefined).join(' '),
    severity: 'warning',
    title: `Meter ${meter} has its phases in another order`,
    message:
      `At ${circuit.name ?? circuit.id} the current of ${name} moves ${seenText(witness.seenAs)}; ` +
      `${agreeing.circuit.name ?? agreeing.circuit.id} sees it where it is declared. ${rest} ` +
      `Check which conductor each current transformer of ${meter} is on, then correct 'phases' of the meter in the site file.`,
    numbers: numbers(witness),
    evidence: evidence(witness),
    blindMs: null,
    identity: `meter ${circuit.id} ${seenText(witness.seenAs)}`,
  }
}

const ofCharger = (
  charger: SiteCharger,
  above: readonly SiteCircuit[],
  state: EvidenceState,
  setup: Setup,
): readonly Outcome[] => {
  const sightings = above.map((circuit): Sighting => ({ circuit, witness: witnessOf(state, charger.id, circuit.id) }))
  const against = sightings.filter(({ witness }) => isContradicted(witness))
  const agreeing = sightings.find(
    ({ witness }) => !isContradicted(witness) && charger.phases.some((phase) => witness.last[phase] === 'moved'),
  )
  const own: Outcome = {
    subject: { kind: 'charger', id: charger.id },
    key: 'map',
    verdict:
      against.length > 0 && agreeing === undefined
        ? { kind: 'active', facts: wrongMap(charger, against, setup) }
        : clear,
  }
  const meters = sightings.map((sighting): Outcome => ({
    subject: { kind: 'meter', id: sighting.circuit.meter ?? '' },
    key: `order ${charger.id}`,
    verdict:
      agreeing !== undefined && against.includes(sighting)
        ? { kind: 'active', facts: rotatedMeter(charger, sighting, agreeing, setup) }
        : clear,
  }))
  return [own, ...meters]
}

const ofMeter = (circuit: SiteCircuit, state: EvidenceState, setup: Setup): Outcome => {
  const subject = { kind: 'meter', id: circuit.meter ?? '' } as const
  const doubt = doubtOf(state, circuit.id)
  if (doubt === null) return { subject, key: 'follows', verdict: clear }
  const meter = nameOf(setup.site.meters, circuit.meter ?? '')
  const charger = nameOf(setup.site.chargers, doubt.chargerId)
  return {
    subject,
    key: 'follows',
    verdict: {
      kind: 'active',
      facts: {
        phase: null,
        severity: 'critical',
        title: `Meter ${meter} does not follow its chargers`,
        message:
          `${charger} and what moved with it went up by ${amperes(doubt.stepA)}; ${circuit.name ?? circuit.id} showed ${amperes(doubt.shownA)} of it, ` +
          `${doubt.votes} times. It is not believed for control, and the chargers below are at their fallback. ` +
          'Check its current transformers (ratio, and whether they are on this circuit) and the gateway in front of it; it is believed again ' +
          'when it follows a step, or when control is armed anew.',
        numbers: [used('step of the chargers', doubt.stepA, 'A'), used('shown of it', doubt.shownA, 'A')],
        evidence: "steps of the chargers' own currents compared with this meter in the same seconds",
        blindMs: null,
        identity: 'follows',
        levels: [{ value: doubt.shownA, step: 5 }],
      },
    },
  }
}

export const phaseMap: Detector<PhaseMapState> = {
  id: 'phase-map',
  start: () => ({}),
  step: (state, { control }, setup) => {
    const { above, metered } = setup.evidence
    return {
      state,
      outcomes: [
        ...metered.map((circuit) => ofMeter(circuit, control.steps, setup)),
        ...setup.site.chargers.flatMap((charger) =>
          ofCharger(charger, above.get(charger.id) ?? [], control.steps, setup),
        ),
      ],
    }
  },
}

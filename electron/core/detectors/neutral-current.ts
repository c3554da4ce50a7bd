import { circuitLimitA } from '../../../shared/site/circuit-limit.ts'
import type { SiteCircuit } from '../../../shared/site/site.ts'
import { phases } from '../../../shared/model/phase.ts'
import { neutralCurrentA } from '../../../shared/electrical/neutral-current.ts'
import { own } from '../../../shared/own.ts'
import {
  clear,
  unknown,
  type Detector,
  type DetectorInput,
  type Outcome,
  type Setup,
  type Verdict,
} from './detector.ts'
import { notAfter } from './not-after.ts'
import { amperes, blindness, polledEvidence, seconds, used } from './wording.ts'

/** Ends at this share of the limit; must last this long first: a neutral heats like any conductor. Editable assumptions. */
const endShare = 0.9
const patienceMs = 10_000

interface State {
  readonly sinceMs: number | null
  readonly raised: boolean
}
export type NeutralState = Readonly<Record<string, State>>
const idle: State = { sinceMs: null, raised: false }

const advice =
  'Harmonics of a multiple of three add up in it, and in most boards no pole of the breaker protects it. ' +
  'Spread single-phase cars over the phases, look at THD-I, and check the cross-section of the neutral.'

interface Seen {
  readonly neutralA: number
  /** What the phases alone would make of it, A; null where one is not known. */
  readonly expectedA: number | null
}

/** null: its meter has no such quantity, so there is nothing to watch; a text: it has, and says nothing. */
const look = (circuit: SiteCircuit, { image }: DetectorInput): Seen | string | null => {
  const sample = own(own(image.meters, circuit.meter ?? '')?.samples ?? {}, 'i_n')
  if (sample === undefined || sample.quality === 'absent') return null
  if (sample.value === null) return `the neutral current of ${circuit.name ?? circuit.id} is not known`
  const [L1, L2, L3] = phases.map((phase) => own(image.circuits, circuit.id)?.phases[phase]?.currentA.value ?? null)
  const expectedA =
    L1 == null || L2 == null || L3 == null
      ? null
      : neutralCurrentA({ L1: Math.abs(L1), L2: Math.abs(L2), L3: Math.abs(L3) })
  return { neutralA: Math.abs(sample.value), expectedA }
}

const activeOf = (
  circuit: SiteCircuit,
  { neutralA, expectedA }: Seen,
  limitA: number,
  forMs: number,
  setup: Setup,
): Verdict => {
  const name = circuit.name ?? circuit.id
  const phasesAlone =
    expectedA === null
      ? ''
      : ` By the phase currents alone it would be about ${amperes(expectedA)} at unity power factor.`
  return {
    kind: 'active',
    facts: {
      phase: null,
      severity: 'critical',
      title: `Neutral overloaded on ${name}`,
      message: `The neutral carries ${amperes(neutralA)} for ${seconds(forMs)}, more than the ${amperes(limitA)} of the circuit.${phasesAlone} ${advice}`,
      numbers: [
        used('neutral, measured', neutralA, 'A'),
        used('limit', limitA, 'A'),
        used('ends below', limitA * endShare, 'A'),
        ...(expectedA === null ? [] : [used('neutral, by the phases alone', expectedA, 'A')]),
      ],
      evidence: polledEvidence(setup, circuit.meter ?? '', 'i_n'),
      blindMs: blindness(setup, circuit.meter ?? '', 'i_n').blindMs,
      identity: '',
      levels: [{ value: neutralA, step: limitA / 10 }],
    },
  }
}

/** The neutral of a three-phase circuit carries more than the circuit may, where its meter measures it. */
export const neutralCurrent: Detector<NeutralState> = {
  id: 'neutral-current',
  start: () => ({}),
  step: (all, scene, setup) => {
    const { image } = scene
    const next: Record<string, State> = {}
    const outcomes: Outcome[] = []
    for (const circuit of setup.site.circuits) {
      if (circuit.phases.length < 3 || circuit.meter === undefined) continue
      const before = own(all, circuit.id) ?? idle
      const seen = look(circuit, scene)
      if (seen === null) continue
      const limitA = circuitLimitA(setup.site, circuit)
      let state = before
      let verdict: Verdict
      if (typeof seen === 'string') verdict = unknown(seen)
      else {
        const isAbove = seen.neutralA > (before.sinceMs === null ? limitA : limitA * endShare)
        const sinceMs = isAbove ? notAfter(before.sinceMs ?? image.atMs, image.atMs) : null
        state = { sinceMs, raised: sinceMs !== null && (before.raised || image.atMs - sinceMs >= patienceMs) }
        verdict =
          sinceMs === null || !state.raised ? clear : activeOf(circuit, seen, limitA, image.atMs - sinceMs, setup)
      }
      next[circuit.id] = state
      outcomes.push({ subject: { kind: 'circuit', id: circuit.id }, key: '', verdict })
    }
    return { state: next, outcomes }
  },
}

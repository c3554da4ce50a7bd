import type { Live } from '../../../shared/api/live-contract.ts'
import type { CircuitPhaseReading } from '../../../shared/model/image.ts'
import { phases, type Phase } from '../../../shared/model/phase.ts'
import { formatAmperes, formatLimit, plural } from '../../format/number.ts'
import { qualityText } from '../../format/quality.ts'
import { loadRatio, loadState } from '../../ui/load-state.ts'
import { thermalText } from '../../ui/thermal-text.ts'
import type { MarkKind } from '../../ui/mark.tsx'
import { dash } from './charger-facts.ts'
import { chargerKey, circuitKey, isAbnormal, worstFirst, type NodeKey, type NodeState } from './node-state.ts'
import { own } from '../../../shared/own.ts'
import { chargersBelow, circuitsBelow, type CircuitNode } from './site-tree.ts'

/** One phase of a circuit in words: amperes or a dash with its reason, and the share of the limit in whole percent for the bar. */
export interface PhaseFacts {
  readonly text: string
  readonly why: string
  readonly share: number
  readonly kind: MarkKind
}
type Flat<K extends keyof PhaseFacts> = Readonly<Record<`${Phase}${Capitalize<K>}`, PhaseFacts[K]>>

/** One circuit in words, flat, so that its row is drawn anew only when something that can be read on it has changed. */
export type CircuitFacts = Flat<'text'> &
  Flat<'why'> &
  Flat<'share'> &
  Flat<'kind'> & {
    readonly kind: MarkKind
    readonly word: string
    readonly detail: string
    readonly limit: string
    /** Least amperes left of its phases, and most of the thermal margin used, percent. */
    readonly left: string
    readonly leftWhy: string
    readonly thermal: string
    readonly thermalWhy: string
    /** The worst state below it and how many nodes there are abnormal. */
    readonly belowKind: MarkKind
    readonly belowText: string
    readonly charging: string
  }

const phaseFacts = (reading: CircuitPhaseReading | undefined): PhaseFacts => {
  if (reading === undefined)
    return { text: '·', why: 'This circuit does not have this phase', share: 0, kind: 'normal' }
  const { value, quality } = reading.currentA
  return value === null
    ? { text: dash, why: qualityText(quality).long, share: 0, kind: 'unknown' }
    : {
        text: formatAmperes(value),
        why: '',
        share: Math.min(100, Math.round((loadRatio(reading) ?? 0) * 100)),
        kind: loadState(reading).kind,
      }
}

const least = (values: readonly (number | null | undefined)[]): number | null => {
  const known = values.filter((value): value is number => value != null)
  return known.length === 0 ? null : Math.min(...known)
}

/** For the order of poles: the most it can have used of its early bound. */
const hot = ({ thermalUsedPercent, thermal }: CircuitPhaseReading): number =>
  thermalUsedPercent ?? thermal?.early.hot ?? -1

const belowOf = (node: CircuitNode, states: ReadonlyMap<NodeKey, NodeState>) => {
  const below = [
    ...circuitsBelow(node).map(({ id }) => circuitKey(id)),
    ...chargersBelow(node).map(({ id }) => chargerKey(id)),
  ].flatMap((key) => states.get(key) ?? [])
  const abnormal = worstFirst(below.filter(isAbnormal))
  const [worst] = abnormal
  if (worst === undefined) return { belowKind: 'normal' as MarkKind, belowText: '' }
  const same = abnormal.filter(({ kind }) => kind === worst.kind).length
  return {
    belowKind: worst.kind,
    belowText: worst.kind === 'critical' ? `${same} critical` : plural(same, 'warning'),
  }
}

/** Why a circuit's open breaker makes its headroom say nothing. */
const openWhy = 'Its breaker may be open: what is left of its limit says nothing'

export const circuitFacts = (
  live: Live,
  node: CircuitNode,
  limitA: number,
  states: ReadonlyMap<NodeKey, NodeState>,
): CircuitFacts => {
  const reading = own(live.image.circuits, node.circuit.id)
  const [l1, l2, l3] = [phaseFacts(reading?.phases.L1), phaseFacts(reading?.phases.L2), phaseFacts(reading?.phases.L3)]
  const state = states.get(circuitKey(node.circuit.id))
  const read = phases.flatMap((phase) => reading?.phases[phase] ?? [])
  const leftA = least(read.map(({ headroomA }) => headroomA))
  const hottest = [...read].sort((one, other) => hot(other) - hot(one))[0]
  const thermal = hottest === undefined ? null : thermalText(hottest)
  const chargers = chargersBelow(node)
  const charging = chargers.filter(({ id }) => own(live.image.chargers, id)?.status.value === 'charging').length
  const isOpen = state?.isTripped === true
  return {
    kind: state?.kind ?? 'unknown',
    word: state?.word ?? 'not known',
    detail: state?.reasons.map(({ detail }) => detail).join('. ') ?? '',
    L1Text: l1.text,
    L2Text: l2.text,
    L3Text: l3.text,
    L1Why: l1.why,
    L2Why: l2.why,
    L3Why: l3.why,
    L1Share: l1.share,
    L2Share: l2.share,
    L3Share: l3.share,
    L1Kind: l1.kind,
    L2Kind: l2.kind,
    L3Kind: l3.kind,
    limit: formatLimit(limitA),
    left: isOpen || leftA === null ? dash : formatAmperes(leftA),
    leftWhy: isOpen ? openWhy : leftA === null ? 'No current is known' : '',
    thermal: thermal?.short ?? dash,
    thermalWhy: thermal?.short == null ? (thermal?.long ?? 'No current is known') : '',
    ...belowOf(node, states),
    charging: chargers.length === 0 ? '' : `${charging} of ${chargers.length} charging`,
  }
}

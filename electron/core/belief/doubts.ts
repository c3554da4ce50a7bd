import { everyKey, takesAway, type Doubt, type DoubtKind } from '../../../shared/model/doubt.ts'
import type { UsedNumber } from '../../../shared/model/finding.ts'
import { phases, type Phase } from '../../../shared/model/phase.ts'
import type { MeterProfile } from '../../../shared/profile/meter-profile.ts'
import { isQuantityKey, quantities } from '../../../shared/quantities.ts'
import type { BelowKind, BelowState, PhaseState } from './below.ts'
import { turnedPhases, type DirectionState } from './direction.ts'
import type { FrozenVerdict } from './frozen.ts'
import { isJumping } from './jumping.ts'
import type { Memory } from './memory.ts'
import type { OwnImageState } from './own-image.ts'
import type { ProbeState } from './probe.ts'
import { probeHint } from './probe-hint.ts'
import type { Stand } from './stand.ts'

/** Everything the judges keep of one meter. */
export interface Known {
  readonly memory: Memory
  readonly probe: ProbeState
  readonly frozen: { readonly stand: Stand; readonly verdict: FrozenVerdict | null }
  readonly ownImage: OwnImageState
  readonly below: BelowState
  readonly direction: DirectionState
  readonly doubts: readonly Doubt[]
}

interface Told {
  /** UTC and monotonic, ms. */
  readonly nowMs: number
  readonly monotonicMs: number
  /** What the model register said, in words. */
  readonly identity: string | null
}
type Raised = Omit<Doubt, 'sinceMs'>

/** A wrong current makes the powers of its phase and the sums wrong too. */
const withPower = (phase: Phase): readonly string[] => {
  const mark = phase.toLowerCase()
  return [`i_${mark}`, `p_${mark}`, `q_${mark}`, `s_${mark}`, 'i_avg', 'i_sum', 'i_n', 'p_total', 'q_total', 's_total']
}

const fromBelow = (state: BelowState, kind: BelowKind, isDoubtedOn: (phase: PhaseState) => boolean): Raised[] => {
  const doubted = phases.filter((phase) => {
    const of = state[phase]
    return of !== undefined && isDoubtedOn(of)
  })
  if (doubted.length === 0) return []
  return [
    {
      kind,
      keys: kind === 'dead-input' ? [everyKey] : [...new Set(doubted.flatMap(withPower))],
      phase: doubted.join(' '),
      numbers: doubted.flatMap((phase) => [...(state[phase]?.numbers[kind] ?? [])]),
      hint: null,
    },
  ]
}

/** The values that repeat, so that a person can look at the meter's display. */
const repeated = ({ memory }: Known, keys: readonly string[]): UsedNumber[] =>
  keys
    .filter((key) => /^(u_l\dn|i_l\d|p_total|f)$/.test(key))
    .flatMap((key) => {
      const track = memory.tracks.get(key)
      if (track === undefined || !isQuantityKey(key)) return []
      return [{ label: quantities[key].label, value: track.value, unit: quantities[key].unit }]
    })

/** The value stands, only its direction does not: no quantity is taken away. */
const directionDoubt = ({ direction }: Known): Raised[] => {
  const turned = turnedPhases(direction)
  return turned.length === 0
    ? []
    : [
        {
          kind: 'hidden-overload',
          keys: [],
          phase: turned.join(' '),
          numbers: turned.flatMap((phase) => [...(direction[phase]?.found ?? [])]),
          hint: null,
        },
      ]
}

const frozenDoubt = (known: Known, monotonicMs: number): Raised[] => {
  const { verdict } = known.frozen
  if (verdict === null) return []
  return [
    {
      kind: verdict.kind,
      keys: verdict.kind === 'frozen' ? [everyKey] : [...verdict.keys],
      phase: null,
      numbers: [
        { label: 'unchanged for', value: (monotonicMs - verdict.sinceMs) / 1000, unit: 's' },
        { label: 'readings', value: verdict.readings, unit: '1' },
        ...repeated(known, verdict.keys),
      ],
      hint: null,
    },
  ]
}

const probeDoubt = (
  { probe }: Known,
  profile: MeterProfile | undefined,
  profiles: ReadonlyMap<string, MeterProfile>,
  identity: string | null,
): Raised[] => {
  const { reading } = probe
  if (!probe.stand.doubted || reading === null) return []
  const unit = isQuantityKey(reading.quantity) ? quantities[reading.quantity].unit : '1'
  return [
    {
      kind: 'probe',
      keys: [everyKey],
      phase: null,
      numbers: [
        ...(reading.value === null ? [] : [{ label: 'reads', value: reading.value, unit }]),
        { label: 'lowest it can be', value: reading.low, unit },
        { label: 'highest it can be', value: reading.high, unit },
        ...(reading.reversed === null
          ? []
          : [{ label: 'in the other word order', value: reading.reversed.value, unit }]),
      ],
      hint: [profile === undefined ? null : probeHint(profile, profiles, reading), identity]
        .filter((part) => part !== null)
        .join(' '),
    },
  ]
}

const ownImageDoubts = (state: OwnImageState, identity: string | null): Raised[] => {
  const byKind = new Map<DoubtKind, Raised>()
  for (const { id, phase, stand, contradiction } of state.values()) {
    if (!stand.doubted || contradiction === null) continue
    const before = byKind.get(id)
    const phaseList = [before?.phase, phase].filter((each) => each != null)
    byKind.set(id, {
      kind: id,
      keys: [...new Set([...(before?.keys ?? []), ...contradiction.keys])],
      phase: phaseList.length === 0 ? null : phaseList.join(' '),
      numbers: [...(before?.numbers ?? []), ...contradiction.numbers],
      hint: id === 'power-without-current' ? identity : null,
    })
  }
  return [...byKind.values()]
}

const ofBelow: readonly DoubtKind[] = ['below-chargers', 'not-following', 'jumping']
/** Whether one takes away every current the other does. */
const takesAllOf = (one: Raised, other: Raised): boolean =>
  other.keys.filter((key) => /^i_l\d$/.test(key)).every((key) => takesAway(one, key))

/** The reasons not to believe a meter now, the gravest first. One that stood before keeps its beginning. */
export const doubtsOf = (
  known: Known,
  profile: MeterProfile | undefined,
  profiles: ReadonlyMap<string, MeterProfile>,
  { nowMs, monotonicMs, identity }: Told,
): readonly Doubt[] => {
  const raised = [
    ...probeDoubt(known, profile, profiles, identity),
    ...frozenDoubt(known, monotonicMs),
    ...fromBelow(known.below, 'dead-input', ({ dead }) => dead.doubted),
    ...fromBelow(known.below, 'not-following', ({ stuck }) => stuck.doubted),
    ...fromBelow(known.below, 'below-chargers', ({ less }) => less.doubted),
    ...fromBelow(known.below, 'jumping', ({ jumping }) => isJumping(jumping)),
    ...directionDoubt(known),
    ...ownImageDoubts(known.ownImage, identity),
  ]
  // A current that its own meter contradicts already needs no charger to speak against it.
  const told = raised.filter(
    (doubt, index) =>
      !ofBelow.includes(doubt.kind) ||
      !raised.some((other, at) => at !== index && !ofBelow.includes(other.kind) && takesAllOf(other, doubt)),
  )
  return told.map((doubt) => ({
    ...doubt,
    sinceMs: known.doubts.find(({ kind }) => kind === doubt.kind)?.sinceMs ?? nowMs,
  }))
}

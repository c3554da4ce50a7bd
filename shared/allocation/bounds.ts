import type { Bound } from '../model/bound.ts'
import type { Entry } from './fill.ts'
import type { AllocationCharger } from './problem.ts'
import type { Slot } from './slots.ts'

/** Amperes for a sentence: at most one decimal, no trailing zero. */
export const sayA = (amperes: number): string => `${Math.round(amperes * 10) / 10} A`
/** A limit as a charger can be given it: down to its step. */
export const floorTo = (amperes: number, stepA: number): number =>
  stepA <= 0 ? amperes : Number((Math.floor(amperes / stepA + 1e-6) * stepA).toFixed(6))

/** A person's limit in a sentence; one between two steps says so, because less than it is given. */
export const sayOverride = (limitA: number, stepA: number): string =>
  floorTo(limitA, stepA) === limitA
    ? `override at ${sayA(limitA)}`
    : `override at ${Math.round(limitA * 100) / 100} A, in steps of ${Math.round(stepA * 100) / 100} A`

const sayMilli = (milli: number): string => sayA(milli / 1000)

export interface SlotLoad {
  /** Chargers with a target above 0 on the slot, and what is set aside for those not under control, mA. */
  readonly sharers: number
  readonly fixed: number
  readonly fixedCount: number
}

const others = (slot: Slot, load: SlotLoad): string => {
  const parts: string[] = []
  if (slot.unknown) parts.push('other load not known')
  else if (slot.other > slot.limit) parts.push(`other load ${sayMilli(slot.other)} alone is above it`)
  else parts.push(`other load ${sayMilli(slot.other)}`)
  if (load.fixedCount > 0) parts.push(`${sayMilli(load.fixed)} set aside for ${load.fixedCount} not under control`)
  if (load.sharers === 0) parts.push('given to no charger')
  else parts.push(load.sharers === 1 ? 'used by 1 charger' : `shared by ${load.sharers} chargers`)
  return parts.join(', ')
}

/** What is said of a slot, the same to everybody it holds. */
export type SlotSaid = Readonly<Pick<Bound, 'detail'> & { numbers: string }>

/** Once everybody has been given its share: the words tell how the slot stands in the end. `room`: what is left on it, mA. */
export const saySlot = (slot: Slot, load: SlotLoad, room: number): SlotSaid => {
  if (slot.kind === 'phase-imbalance') {
    const numbers = `at most ${sayMilli(slot.limit)} between two phases, ${sayMilli(Math.max(0, slot.limit - room))} used`
    return { detail: `${slot.label}: ${numbers}`, numbers }
  }
  if (slot.phase === null) {
    const numbers = `${sayMilli(slot.limit)} over all phases, ${others(slot, load)}`
    return { detail: `${slot.label}: ${numbers}`, numbers }
  }
  const text = slot.node.phaseTexts?.[slot.phase]?.text ?? slot.node.limitText ?? sayMilli(slot.limit)
  const numbers = `limit ${text}, ${others(slot, load)}`
  return { detail: `${slot.node.name}, ${slot.phase}: ${numbers}`, numbers }
}

export const slotBound = (slot: Slot, targetA: number, { detail, numbers }: SlotSaid): Bound => ({
  kind: slot.kind,
  circuitId: slot.node.id,
  phase: slot.phase,
  limitA: targetA,
  detail,
  numbers,
})

const bound = (kind: Bound['kind'], limitA: number, detail: string): Bound => ({
  kind,
  circuitId: null,
  phase: null,
  limitA,
  detail,
})

export const minimumBound = (charger: AllocationCharger): Bound =>
  bound(
    'charger-minimum',
    charger.canPause ? 0 : charger.minimumA,
    charger.canPause
      ? `less than the minimum of ${sayA(charger.minimumA)} is left, and nothing between 0 and it exists`
      : `cannot be paused: never below ${sayA(charger.minimumA)}`,
  )

/** The caps that hold an entry at `targetA`, the tightest first: those below what the next step (or the first minimum) needs. */
export const capBounds = (entry: Entry, tier: 'fallback' | 'override' | 'normal' | 'idle'): readonly Bound[] => {
  const { charger } = entry
  const caps: Bound[] = []
  const { fallback, override, demandCapA, planned } = charger
  const next = entry.target === 0 ? entry.minimum : entry.target + entry.step
  const holds = (limitA: number): boolean => limitA * 1000 < next - 1e-6
  if (fallback !== null && holds(fallback.limitA)) caps.push(bound('fallback', fallback.limitA, fallback.why))
  if (override !== null && holds(override.limitA))
    caps.push(bound('override', override.limitA, override.text ?? sayOverride(override.limitA, charger.resolutionA)))
  const idleA = Math.min(charger.minimumA, entry.cap / 1000)
  if (tier === 'idle' && holds(idleA))
    caps.push(
      bound('no-demand', idleA, charger.idleText ?? 'no vehicle connected: one that arrives may start at the minimum'),
    )
  if (tier === 'normal' && planned != null && holds(planned.limitA))
    caps.push(bound(planned.kind, planned.limitA, planned.why))
  if ((tier === 'normal' || tier === 'override') && demandCapA !== null && holds(demandCapA))
    caps.push(
      bound(
        'no-demand',
        demandCapA,
        `the vehicle takes no more than ${sayA(demandCapA)}${charger.demandText === undefined ? '' : `: ${charger.demandText}`}`,
      ),
    )
  if (holds(charger.maximumA))
    caps.push(
      bound(
        'charger-maximum',
        charger.maximumA,
        charger.maximumText ?? `maximum of the charger and its cable ${sayA(charger.maximumA)}`,
      ),
    )
  return caps.length < 2 ? caps : caps.sort((a, b) => a.limitA - b.limitA)
}

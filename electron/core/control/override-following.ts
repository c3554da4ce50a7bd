import { sayA } from '../../../shared/allocation/bounds.ts'
import type { Bound } from '../../../shared/model/bound.ts'
import type { Decision, Write } from '../../../shared/model/decision.ts'
import { isOfCircuit, type Override, type OverrideAtCharger } from '../../../shared/model/override.ts'
import { own } from '../../../shared/own.ts'
import { clampOf } from './clamp.ts'
import type { ControlledCharger } from './controlled-charger.ts'
import type { OverrideBook } from './override-book.ts'
import { ofCircuit, summed } from './override-outcome.ts'
import { askedOf } from './override-reach.ts'

/** More than the person asked for: whatever became of the write, that is no success. */
const exceeds = (askedA: number, amperes: number): boolean => amperes > askedA + 1e-6

const decidedAt = (
  chargers: ReadonlyMap<string, ControlledCharger>,
  item: Override,
  at: OverrideAtCharger,
  decision: Decision,
): { readonly at: OverrideAtCharger; readonly clamp: Bound | null } => {
  const charger = chargers.get(at.chargerId)
  const decided = own(decision.chargers, at.chargerId)
  if (at.yieldsTo !== null || charger === undefined || decided === undefined) return { at, clamp: null }
  const effectiveA = decided.targetA
  const askedA = askedOf(item, charger)
  if (exceeds(askedA, effectiveA)) {
    const why = `${sayA(effectiveA)} stay in force: this charger cannot be told less now`
    return { at: { ...at, effectiveA, state: 'failed', why }, clamp: null }
  }
  const clamp = clampOf(decided, askedA, charger.resolutionA)
  const state = at.effectiveA !== effectiveA && at.effectiveA !== null ? 'pending' : at.state
  return {
    at: { ...at, effectiveA, state, why: state === 'failed' ? at.why : (clamp?.detail ?? null) },
    clamp,
  }
}

/** What the running write has changed at one charger of an override; null: nothing. */
const followedAt = (
  item: Override,
  at: OverrideAtCharger,
  write: Write,
  charger: ControlledCharger,
): OverrideAtCharger | null => {
  if (at.yieldsTo !== null || at.effectiveA === null || Math.abs(write.limitA - at.effectiveA) > 1e-6) return null
  if (exceeds(askedOf(item, charger), at.effectiveA)) return null
  if (write.state === 'superseded' || write.state === at.state) return null
  // A heartbeat or another try under way changes nothing yet: the last outcome stands until there is a new one.
  if ((at.state === 'verified' || at.state === 'failed') && write.settledAtMs === null) return null
  return { ...at, state: write.state, why: write.why ?? item.clampedBy?.detail ?? null }
}

/** What decisions and writes make of the overrides that run. */
export const overrideFollowing = (book: OverrideBook, chargers: ReadonlyMap<string, ControlledCharger>) => ({
  /** What the decision made of them. `latest`: the latest write of a charger. */
  decided: (decision: Decision, latest: (chargerId: string) => Write | null): void => {
    for (const item of book.running()) {
      if (isOfCircuit(item)) {
        book.put(ofCircuit(item, decision, latest, book.names), 'tripscope')
        continue
      }
      const results = item.chargers.map((at) => decidedAt(chargers, item, at, decision))
      const clampedBy = results.find(({ clamp }) => clamp !== null)?.clamp ?? null
      book.put(
        summed({ ...item, chargers: results.map(({ at }) => at), clampedBy }, book.all(), book.names),
        'tripscope',
      )
    }
  },
  /** The state of the write that carries it. */
  follow: (write: Write | null): void => {
    if (write === null) return
    const charger = chargers.get(write.chargerId)
    if (charger === undefined) return
    for (const item of book.running()) {
      const at = item.chargers.find(({ chargerId }) => chargerId === write.chargerId)
      const next = at === undefined || isOfCircuit(item) ? null : followedAt(item, at, write, charger)
      if (next === null) continue
      const entries = item.chargers.map((each) => (each === at ? next : each))
      book.put(summed({ ...item, chargers: entries }, book.all(), book.names), 'tripscope')
    }
  },
})

import { sayA } from '../../../shared/allocation/bounds.ts'
import type { Decision, Write } from '../../../shared/model/decision.ts'
import type { Override, OverrideAtCharger } from '../../../shared/model/override.ts'
import { own } from '../../../shared/own.ts'
import { scopeText, type Names } from '../../../shared/said/override-words.ts'

/** The worst first: an override is as far as the least of its chargers. */
const worstFirst: readonly OverrideAtCharger['state'][] = ['failed', 'pending', 'written', 'verified']
const worstOf = (entries: readonly OverrideAtCharger[]): OverrideAtCharger | undefined =>
  worstFirst.map((state) => entries.find((at) => at.state === state)).find((at) => at !== undefined)

const yieldText = (item: Override, list: readonly Override[], names: Names): string => {
  const holder = list.find(({ id }) => item.chargers.some(({ yieldsTo }) => yieldsTo === id))
  if (holder === undefined) return 'another override holds'
  const which = holder.limitA === item.limitA ? 'the same limit, and goes first' : 'the lower limit, and holds'
  const from = holder.scope.kind === item.scope.kind ? '' : ` on ${scopeText(holder.scope, names)}`
  return `${sayA(holder.limitA)}${from} by ${holder.who} is ${which}`
}

/** What became of one whole, from what became of it at each of its chargers. */
export const summed = (item: Override, list: readonly Override[], names: Names): Override => {
  const holding = item.chargers.filter(({ yieldsTo }) => yieldsTo === null)
  const worst = worstOf(holding)
  if (worst === undefined)
    return { ...item, state: 'yielding', effectiveA: null, clampedBy: null, why: yieldText(item, list, names) }
  const amperes = holding.flatMap(({ effectiveA }) => effectiveA ?? [])
  const failed = holding.filter(({ state }) => state === 'failed')
  const who = item.chargers.length > 1 && worst.state === 'failed' ? `${names.charger(worst.chargerId)}: ` : ''
  const more = failed.length > 1 ? `, and ${failed.length - 1} more` : ''
  return {
    ...item,
    state: worst.state,
    effectiveA: amperes.length === 0 ? null : Math.max(...amperes),
    clampedBy: failed.length > 0 && item.chargers.length === 1 ? null : item.clampedBy,
    why: worst.why === null ? null : `${who}${worst.why}${more}`,
  }
}

const carried = (at: { readonly otherLoadA: number | null; readonly allocatedA: number }): number | null =>
  at.otherLoadA === null ? null : at.otherLoadA + at.allocatedA

/** A circuit's limit holds when what is planned for its fullest phase keeps it, and every charger below has its limit. */
export const ofCircuit = (
  item: Override,
  decision: Decision,
  latest: (chargerId: string) => Write | null,
  names: Names,
): Override => {
  const { scope } = item
  const phases = scope.kind === 'circuit' ? Object.entries(own(decision.circuits, scope.id) ?? {}) : []
  const plans = phases.map(([phase, at]) => ({ phase, amperes: carried(at) }))
  const fullest = plans.reduce(
    (most, plan) => ((plan.amperes ?? Infinity) > (most.amperes ?? Infinity) ? plan : most),
    {
      phase: '',
      amperes: -Infinity as number | null,
    },
  )
  const entries = item.chargers.map((at): OverrideAtCharger => {
    const write = latest(at.chargerId)
    const effectiveA = own(decision.chargers, at.chargerId)?.targetA ?? null
    const isIt = write !== null && effectiveA !== null && Math.abs(write.limitA - effectiveA) < 1e-6
    const state = isIt && write.state !== 'superseded' ? write.state : 'pending'
    return { ...at, effectiveA, state, why: state === 'failed' ? (write?.why ?? null) : null }
  })
  const whole = summed({ ...item, chargers: entries, clampedBy: null }, [], names)
  const base = { ...whole, effectiveA: fullest.amperes === -Infinity ? null : fullest.amperes }
  if (fullest.amperes === null)
    return { ...base, state: 'failed', why: 'what it carries is not known: nothing but fallbacks is given below it' }
  if (fullest.amperes <= item.limitA + 1e-6) return base
  const why = `${fullest.phase} carries ${sayA(fullest.amperes)} even so: other load and what cannot be told less is above it`
  return { ...base, state: 'failed', why }
}

import { sayA, sayOverride } from '../../../shared/allocation/bounds.ts'
import { isOfCircuit, isRunning, type Override, type OverrideScope } from '../../../shared/model/override.ts'
import { refusalText } from '../../../shared/said/refusal.ts'
import { brokenText, conditionText, scopeText, type Names } from '../../../shared/said/override-words.ts'
import { usableLimitA, type ControlledCharger } from './controlled-charger.ts'
import { sightOf, unknownSubject, type ConditionInputs } from './override-conditions.ts'
import type { OverrideInput } from './override-input.ts'

type Chargers = ReadonlyMap<string, ControlledCharger>

/** Older recordings name the charger alone. */
export const scopeOf = (input: Pick<OverrideInput, 'scope' | 'chargerId'>): OverrideScope =>
  input.scope ?? { kind: 'charger', id: input.chargerId ?? '' }

export const sameScope = (one: OverrideScope, other: OverrideScope): boolean =>
  one.kind === 'group'
    ? other.kind === 'group' && one.name === other.name
    : other.kind === one.kind && one.id === other.id

/** The chargers a scope concerns, in the site's order; those nobody steers are left out. */
export const reached = (scope: OverrideScope, chargers: Chargers): readonly ControlledCharger[] =>
  [...chargers.values()].filter((charger) => {
    if (charger.abilities.monitoredOnly !== null) return false
    switch (scope.kind) {
      case 'charger':
        return charger.id === scope.id
      case 'group':
        return scope.ids.includes(charger.id)
      case 'circuit':
        return charger.path.some(({ id }) => id === scope.id)
    }
  })

/** What one override asks of one charger, A: one that cannot be paused keeps its minimum. */
export const askedOf = ({ limitA }: Pick<Override, 'limitA'>, { canPause, minimumA }: ControlledCharger): number =>
  limitA === 0 && !canPause ? minimumA : limitA

const narrowness: Readonly<Record<OverrideScope['kind'], number>> = { charger: 0, group: 1, circuit: 2 }
/** Which of two holds: the lower limit; of equal ones the narrower scope, then the newer. */
const byHold = (one: Override, other: Override): number =>
  one.limitA - other.limitA ||
  narrowness[one.scope.kind] - narrowness[other.scope.kind] ||
  other.createdAtMs - one.createdAtMs

/** By charger id, the override that holds there. A circuit's limit is none of a charger: it holds beside them. */
export const holders = (list: readonly Override[], chargers: Chargers): ReadonlyMap<string, Override> => {
  const holding = new Map<string, Override>()
  const ranked = list.filter((item) => isRunning(item) && !isOfCircuit(item)).sort(byHold)
  for (const item of ranked)
    for (const { id } of reached(item.scope, chargers)) if (!holding.has(id)) holding.set(id, item)
  return holding
}

/** The words behind a charger's limit: who holds it, by which scope, and who yields. */
export const holdText = (
  holder: Override,
  charger: ControlledCharger,
  yielding: readonly Override[],
  names: Names,
): string => {
  const where = holder.scope.kind === 'charger' ? '' : ` on ${scopeText(holder.scope, names)}`
  const others = yielding.map(({ limitA, who }) => `${sayA(limitA)} by ${who} yields to it`).join(', ')
  const said = sayOverride(askedOf(holder, charger), charger.resolutionA)
  return `${said}${where} by ${holder.who}${others === '' ? '' : ` (${others})`}`
}

const refusedCharger = (input: OverrideInput, charger: ControlledCharger): string | null => {
  const { name, minimumA, canPause, abilities } = charger
  if (abilities.monitoredOnly !== null)
    return refusalText('monitored-only', { charger: name, why: abilities.monitoredOnly })
  if (input.limitA === 0 && !canPause) return refusalText('no-pause', { charger: name, minimumA })
  return input.limitA > 0 && input.limitA < minimumA
    ? refusalText('below-minimum', { charger: name, limitA: input.limitA, minimumA })
    : null
}

const refusedCircuit = (input: OverrideInput, id: string, { site }: ConditionInputs): string | null => {
  const circuit = site.circuits.find((item) => item.id === id)
  if (circuit === undefined) return refusalText('no-circuit', { circuitId: id })
  const mayA = usableLimitA(site, circuit)
  return input.limitA >= mayA ? refusalText('circuit-raises', { circuit: circuit.name ?? id, mayA }) : null
}

const refusedScope = (input: OverrideInput, chargers: Chargers, inputs: ConditionInputs): string | null => {
  const scope = scopeOf(input)
  if (scope.kind === 'charger') {
    const charger = chargers.get(scope.id)
    return charger === undefined ? refusalText('no-charger', { chargerId: scope.id }) : refusedCharger(input, charger)
  }
  if (scope.kind === 'group') {
    const missing = scope.ids.find((id) => !chargers.has(id))
    if (missing !== undefined) return refusalText('no-charger', { chargerId: missing })
  } else {
    const why = refusedCircuit(input, scope.id, inputs)
    if (why !== null) return why
  }
  const concerned = reached(scope, chargers)
  if (concerned.length === 0) return refusalText('none-steered', {})
  if (scope.kind === 'circuit' || input.limitA === 0) return null
  return concerned.map((charger) => refusedCharger(input, charger)).find((why) => why !== null) ?? null
}

/** Why an override cannot be, with what to do; null when it can. */
export const refusal = (
  input: OverrideInput,
  chargers: Chargers,
  inputs: ConditionInputs,
  names: Names,
): string | null => {
  const why = refusedScope(input, chargers, inputs)
  if (why !== null) return why
  for (const condition of input.conditions ?? []) {
    const missing = unknownSubject(condition, inputs.site)
    if (missing !== null) return refusalText('condition-names-nothing', { what: missing })
    const sight = sightOf(condition, inputs)
    if (sight !== null)
      return refusalText('condition-broken', {
        condition: conditionText(condition, names),
        broken: brokenText(condition, sight, names),
      })
  }
  return null
}

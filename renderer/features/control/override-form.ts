import type { ChargerDescription, Overview } from '../../../shared/api/site-contract.ts'
import type { OverrideCondition, OverrideScope } from '../../../shared/model/override.ts'
import { conditionText, scopeText, type Names } from '../../../shared/said/override-words.ts'
import { controlLimitA } from '../../../shared/site/circuit-limit.ts'
import { formatLength } from '../../format/duration.ts'
import { formatLimit } from '../../format/number.ts'
import { goodPerson, goodReason } from '../../ui/person-fields.tsx'

export interface OverrideForm {
  readonly kind: OverrideScope['kind']
  readonly chargerId: string
  readonly groupName: string
  readonly groupIds: readonly string[]
  readonly circuitId: string
  readonly pause: boolean
  /** As typed; '' while the field is empty. */
  readonly limitA: number | string
  readonly minutes: number | string
  readonly conditions: readonly OverrideCondition[]
  readonly reason: string
  readonly who: string
}

/** What the form holds, with what it concerns. */
export interface Target {
  readonly scope: OverrideScope
  /** Of the dialog and its sentences. */
  readonly name: string
  readonly chargers: readonly ChargerDescription[]
  /** Of a circuit: the least it may carry anyway, A; null of chargers. */
  readonly circuitMayA: number | null
}

export const scopeOf = (form: OverrideForm): OverrideScope => {
  switch (form.kind) {
    case 'charger':
      return { kind: 'charger', id: form.chargerId }
    case 'group':
      return { kind: 'group', name: form.groupName.trim(), ids: [...form.groupIds] }
    case 'circuit':
      return { kind: 'circuit', id: form.circuitId }
  }
}

const below = ({ site }: Overview, circuitId: string): ReadonlySet<string> => {
  const found = new Set([circuitId])
  for (let before = 0; before !== found.size;) {
    before = found.size
    for (const { id, parent } of site.circuits) if (parent !== undefined && found.has(parent)) found.add(id)
  }
  return found
}

export const targetOf = (form: OverrideForm, overview: Overview, names: Names): Target => {
  const scope = scopeOf(form)
  const circuits = below(overview, form.circuitId)
  const circuit = overview.site.circuits.find(({ id }) => id === form.circuitId)
  return {
    scope,
    name: scopeText(scope, names),
    chargers: overview.chargers.filter(({ id, circuitId }) =>
      scope.kind === 'charger'
        ? id === scope.id
        : scope.kind === 'group'
          ? scope.ids.includes(id)
          : circuits.has(circuitId),
    ),
    circuitMayA:
      scope.kind !== 'circuit' || circuit === undefined
        ? null
        : controlLimitA(overview.site, circuit) * overview.site.control.margin,
  }
}

export const wantedLimitA = (form: OverrideForm): number => (form.pause ? 0 : Number(form.limitA))
export const lengthS = (form: OverrideForm): number => Math.round(Number(form.minutes) * 60)

const oneProblem = (form: OverrideForm, charger: ChargerDescription): string | null => {
  if (charger.monitoredOnly !== null)
    return `${charger.name} is only monitored, nothing is ever written to it: ${charger.monitoredOnly}`
  if (form.pause)
    return charger.canPause
      ? null
      : `${charger.name} cannot be paused by its limit; ${formatLimit(charger.minimumA)} A is the least`
  if (typeof form.limitA !== 'number') return 'A limit in amperes is needed'
  if (form.limitA < charger.minimumA)
    return `Below ${formatLimit(charger.minimumA)} A it cannot charge: choose ${charger.canPause ? 'Pause, or ' : ''}${formatLimit(charger.minimumA)} A or more`
  return form.limitA > 500 ? 'At most 500 A' : null
}

/** Why the limit can't be asked for; null when it can. Above the maximum is no fault: the program clamps it and says so. */
export const limitProblem = (form: OverrideForm, { scope, chargers, circuitMayA }: Target): string | null => {
  if (scope.kind === 'charger') return chargers[0] === undefined ? 'Choose a charger' : oneProblem(form, chargers[0])
  const steered = chargers.filter(({ monitoredOnly }) => monitoredOnly === null)
  if (steered.length === 0) return 'None of these chargers is steered: choose others'
  if (form.pause) return null
  if (typeof form.limitA !== 'number') return 'A limit in amperes is needed'
  if (circuitMayA === null) {
    const highest = Math.max(...steered.map(({ minimumA }) => minimumA))
    return form.limitA < highest
      ? `Below ${formatLimit(highest)} A not all of them can charge: choose Pause, or ${formatLimit(highest)} A or more`
      : form.limitA > 500
        ? 'At most 500 A'
        : null
  }
  if (form.limitA <= 0) return 'Above 0 A; to stop every charger below it, choose Pause'
  return form.limitA >= circuitMayA ? `It may carry ${formatLimit(circuitMayA)} A anyway: set less` : null
}

export const scopeProblem = (form: OverrideForm): string | null => {
  if (form.kind !== 'group') return null
  if (form.groupIds.length === 0) return 'Choose the chargers'
  return form.groupName.trim() === '' ? 'Give them a name: it stands in the list and in the audit trail' : null
}
export const minutesProblem = (form: OverrideForm): string | null => {
  const seconds = lengthS(form)
  return typeof form.minutes === 'number' && seconds >= 10 && seconds <= 86_400
    ? null
    : 'Between 10 seconds (0.17 min) and 24 hours (1440 min)'
}
export const isComplete = (form: OverrideForm, target: Target): boolean =>
  scopeProblem(form) === null &&
  limitProblem(form, target) === null &&
  minutesProblem(form) === null &&
  goodPerson(form.who) &&
  goodReason(form.reason)

const act = (form: OverrideForm, { scope, name }: Target): string => {
  if (form.pause) return scope.kind === 'circuit' ? `Pause every charger below ${name}` : `Pause ${name}`
  const limit = `at most ${formatLimit(wantedLimitA(form))} A`
  if (scope.kind === 'charger') return `Hold ${name} to ${limit}`
  return scope.kind === 'group' ? `Hold each charger of ${name} to ${limit}` : `Hold ${name} to ${limit} a phase in all`
}

/** The act in words, to be confirmed: what, limit, end, conditions, reason and person. */
export const confirmText = (form: OverrideForm, target: Target, endText: string, names: Names): string => {
  const conditions = form.conditions.map((condition) => conditionText(condition, names))
  const whiles = conditions.length === 0 ? '' : ` and only while ${conditions.join(', and ')},`
  return `${act(form, target)} for ${formatLength(lengthS(form))}, until ${endText},${whiles} because “${form.reason.trim()}”, on the word of ${form.who.trim()}.`
}

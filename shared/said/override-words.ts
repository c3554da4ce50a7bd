import type { OverrideCondition, OverrideScope } from '../model/override.ts'

/** Names as the site file has them, by id; the id itself where it has none. */
export interface Names {
  readonly charger: (id: string) => string
  readonly circuit: (id: string) => string
  readonly meter: (id: string) => string
}
interface Named {
  readonly id: string
  readonly name?: string | undefined
}
export const namesOf = (site: {
  readonly chargers: readonly Named[]
  readonly circuits: readonly Named[]
  readonly meters: readonly Named[]
}): Names => {
  const of = (list: readonly Named[]) => {
    const names = new Map(list.map(({ id, name }) => [id, name ?? id]))
    return (id: string): string => names.get(id) ?? id
  }
  return { charger: of(site.chargers), circuit: of(site.circuits), meter: of(site.meters) }
}

const amperes = (value: number): string => `${Math.round(value * 10) / 10} A`

/** What an override holds: "Charger 3", "Visitors (4 chargers)", "circuit Feeder 2". */
export const scopeText = (scope: OverrideScope, names: Names): string => {
  switch (scope.kind) {
    case 'charger':
      return names.charger(scope.id)
    case 'group':
      return `${scope.name} (${scope.ids.length} ${scope.ids.length === 1 ? 'charger' : 'chargers'})`
    case 'circuit':
      return `circuit ${names.circuit(scope.id)}`
  }
}

/** As the end of "holds while ...". */
export const conditionText = (condition: OverrideCondition, names: Names): string => {
  switch (condition.kind) {
    case 'meter-believed':
      return `meter ${names.meter(condition.meterId)} is believed`
    case 'charger-below':
      return `${names.charger(condition.chargerId)} draws less than ${amperes(condition.amperes)}`
    case 'circuit-below':
      return `${names.circuit(condition.circuitId)} carries less than ${amperes(condition.amperes)} on every phase`
    case 'margin-below':
      return `less than ${condition.percent} % of the thermal margin of ${names.circuit(condition.circuitId)} is used`
    case 'vehicle-stays':
      return `the vehicle stays at ${names.charger(condition.chargerId)}`
    case 'window-open':
      return 'the window it was given from is open'
  }
}

/** What was seen instead of what a condition needs. */
export type ConditionSight =
  | { readonly kind: 'unseen'; readonly why: string }
  | { readonly kind: 'value'; readonly value: number; readonly unit: 'A' | '%' | 's' }
  | { readonly kind: 'gone' }

/** Why an override ended: the condition and what was seen. */
export const brokenText = (condition: OverrideCondition, sight: ConditionSight, names: Names): string => {
  const wanted = conditionText(condition, names)
  switch (sight.kind) {
    case 'unseen':
      return `it held while ${wanted}, and that cannot be seen: ${sight.why}`
    case 'value':
      return `it held while ${wanted}: it is ${Math.round(sight.value * 10) / 10} ${sight.unit}`
    case 'gone':
      return condition.kind === 'window-open'
        ? 'the window it was given from was closed, or the computer it is on is gone'
        : `it held while ${wanted}: it has left`
  }
}

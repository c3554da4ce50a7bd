import { type OverrideCondition, type OverrideScope } from '../../../shared/model/override.ts'

export interface OverrideInput {
  readonly intentId: string
  /** One of the two; a charger alone is how older recordings say it. */
  readonly chargerId?: string | undefined
  readonly scope?: OverrideScope | undefined
  readonly limitA: number
  readonly ttlS: number
  readonly conditions?: readonly OverrideCondition[] | undefined
  readonly reason: string
  readonly who: string
}

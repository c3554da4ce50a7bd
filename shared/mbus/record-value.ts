/** What one record of a telegram says. */
import type { VifMeaning } from './vif.ts'

export const mbusFunctions = ['instantaneous', 'maximum', 'minimum', 'error'] as const
export type MbusFunction = (typeof mbusFunctions)[number]
/** A value in the unit of its VIF, or why there is none. `raw` is the number sent, before the exponent of the VIF. */
export type MbusValue =
  | { readonly kind: 'number'; readonly value: number; readonly raw: number | bigint }
  | { readonly kind: 'text'; readonly text: string }
  /** The meter's own clock, without a zone: 2026-11-24, 2026-11-24T13:05, 2026-11-24T13:05:30 or 13:05:30. */
  | { readonly kind: 'time'; readonly text: string; readonly summerTime: boolean }
  /** Most significant byte first. */
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'none'; readonly why: string }
export interface MbusRecord {
  readonly function: MbusFunction
  readonly storage: number
  readonly tariff: number
  readonly subUnit: number
  readonly vif: VifMeaning
  readonly value: MbusValue
  /** DIF, DIFE, VIF, VIFE and data as they came. */
  readonly raw: Uint8Array
}

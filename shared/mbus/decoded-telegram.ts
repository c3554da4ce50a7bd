/** What a telegram says, whichever of its layouts it came in. */
import type { MbusHeader } from './header.ts'
import type { MbusRecord } from './record-value.ts'

export interface Telegram {
  readonly kind: 'variable' | 'fixed' | 'error' | 'alarm'
  readonly ci: number
  /** Null in telegrams without one (CI 78, 7A) and in error and alarm reports. */
  readonly header: MbusHeader | null
  readonly records: readonly MbusRecord[]
  /** What follows DIF 0F or 1F; its meaning is the maker's. */
  readonly manufacturerData: Uint8Array | null
  /** DIF 1F: the next REQ_UD2 brings more records. */
  readonly moreFollows: boolean
  /** Of an error or alarm report: its code and meaning. */
  readonly report: { readonly code: number; readonly text: string } | null
  /** What a person should know of how this telegram was read. */
  readonly notes: readonly string[]
}
export type DecodedTelegram =
  { readonly ok: true; readonly telegram: Telegram } | { readonly ok: false; readonly problem: string }

export type MbusPhase = 'L1' | 'L2' | 'L3' | 'N' | 'L1L2' | 'L2L3' | 'L3L1' | 'total'

/** What a value information block (VIF and VIFE) says. */
export interface VifMeaning {
  /** Field name such as 'energy', 'power', 'voltage', 'manufacturer-specific'. */
  readonly quantity: string
  /** '' where it has none. */
  readonly unit: string
  /** value = number sent x 10^exponent x factor, in `unit`. */
  readonly exponent: number
  readonly factor: number
  readonly phase: MbusPhase | null
  /** VIFE 3B (forward, import) and 3C (backward, export). */
  readonly direction: 'forward' | 'backward' | null
  /** Other VIFEs in words, such as 'per hour' or 'start of'; a record with any is not the plain quantity. */
  readonly modifiers: readonly string[]
  readonly bytes: Uint8Array
}

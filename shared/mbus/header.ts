/** Who sent a telegram and how it is: the fixed head of a variable (12 bytes) or fixed (6 bytes and units) data structure. */

export interface MbusHeader {
  /** Eight digits as printed on the meter; hex digits where the meter's are not decimal (some are not). */
  readonly id: string
  /** Three letters; empty in the fixed data structure, which has none. */
  readonly manufacturer: string
  readonly version: number
  readonly medium: number
  readonly mediumName: string
  readonly accessNumber: number
  readonly status: MbusStatus
  /** Signature or configuration word; 0 for plain data. */
  readonly signature: number
}

export interface MbusStatus {
  readonly code: number
  readonly busy: boolean
  readonly applicationError: boolean
  readonly powerLow: boolean
  readonly permanentError: boolean
  readonly temporaryError: boolean
  /** Bits 5 to 7: the maker's own. */
  readonly manufacturerBits: number
}

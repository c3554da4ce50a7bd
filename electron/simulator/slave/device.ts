/** Modbus exception codes (Modbus Application Protocol 1.1b3, section 7). */
export const exceptions = {
  illegalFunction: 1,
  illegalAddress: 2,
  illegalValue: 3,
  deviceFailure: 4,
  gatewayTarget: 11,
} as const

export type WrongReply =
  | { readonly kind: 'wrong-unit' | 'wrong-length' | 'wrong-crc' | 'garbage' | 'half-frame' }
  | { readonly kind: 'exception'; readonly code: number }
  /** The right reply, but only after `ms`: longer than anyone waits. */
  | { readonly kind: 'late'; readonly ms: number }
  /** Every float register of the reply holds this. */
  | { readonly kind: 'nan' | 'infinity' }

/** How a device behaves on its line; faults write here. */
export interface Manners {
  silent: boolean
  delayMs: number
  wrong: WrongReply | null
  ignoresWrites: boolean
  /** Quantities of a meter whose registers stand still, and at what; null: at what is read next. */
  readonly stuck: Map<string, number | null>
}

export type ReadOutcome = { readonly words: readonly number[] } | { readonly exception: number }
export type WriteOutcome = 'done' | { readonly exception: number }

/** A Modbus device as its registers; framing and transport are the line's. */
export interface Device {
  readonly id: string
  readonly unit: number
  readonly turnaroundMs: number
  readonly manners: Manners
  readonly hasFloats: boolean
  isPowered(): boolean
  /** A request for this unit arrived: some chargers take it as a sign of life. */
  requestSeen(): void
  read(functionCode: 3 | 4, address: number, count: number): ReadOutcome
  /** Function 20; missing: it has no files. */
  readFile?(file: number, record: number, count: number): ReadOutcome
  write(functionCode: 6 | 16, address: number, words: readonly number[]): WriteOutcome
}

export const goodManners = (): Manners => ({
  silent: false,
  delayMs: 0,
  wrong: null,
  ignoresWrites: false,
  stuck: new Map(),
})

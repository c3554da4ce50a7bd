import type { ExchangeFault, LineEvent } from '../../core/lines/field-line.ts'
import type { ExchangeOptions, ExchangeOutcome, ModbusRequest } from '../../core/lines/modbus-line.ts'

export interface ExchangeWish extends ExchangeOptions {
  /** An older request could have this reply, though that is unlikely: the line listens on, and a second reply spoils both. */
  readonly isDoubted?: boolean
  /** Asks across registers nobody vouched for. */
  readonly isTrial?: boolean
}

/** One framing on one open channel: RTU a single exchange at a time, Modbus TCP as many as the line starts. */
export interface Wire {
  /** Never rejects. */
  exchange(request: ModbusRequest, wish: ExchangeWish): Promise<ExchangeOutcome>
  data(bytes: Uint8Array): void
  /** Ends what is in flight at once with this fault, and forgets half-received bytes. */
  abort(fault: ExchangeFault): void
}

export interface WireDeps {
  readonly send: (bytes: Uint8Array) => void
  readonly emit: (event: LineEvent) => void
  /** `firstMs`: monotonic time of the frame's first byte where it is known; now otherwise. */
  readonly tap: (direction: 'sent' | 'received', bytes: Uint8Array, firstMs?: number) => void
}

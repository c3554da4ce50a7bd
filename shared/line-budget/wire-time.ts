/** A serial wire's speed and character format. */
export interface WireFormat {
  readonly baud: number
  readonly parity: 'none' | 'even' | 'odd'
  readonly stopBits: 1 | 2
  readonly dataBits?: 7 | 8 | undefined
}

/** One character: start, data (8 unless said), parity, stop bits; ms. */
export const characterMs = ({ baud, parity, stopBits, dataBits = 8 }: WireFormat): number =>
  ((1 + dataBits + (parity === 'none' ? 0 : 1) + stopBits) * 1000) / baud

/** Silence between frames: 3.5 characters, a fixed 1.75 ms above 19200 baud (Modbus over Serial Line V1.02, 2.5.1.1); ms. */
export const silenceMs = (wire: WireFormat): number => (wire.baud > 19_200 ? 1.75 : 3.5 * characterMs(wire))

/** Bytes of a read of registers and of its reply, on RTU (Modbus Application Protocol V1.1b3, 6.3). */
export const readRequestBytes = 8
export const readReplyBytes = (registers: number): number => 5 + 2 * registers

/**
 * One read from its first byte to the moment the next may begin, ms. `turnaroundMs` as measured from the request's last byte to the reply's
 * first already holds the silence a device waits for; one taken from a data sheet may not (`plusSilence`).
 */
export const exchangeMs = (
  wire: WireFormat | null,
  registers: number,
  turnaroundMs: number,
  options: { readonly plusSilence?: boolean; readonly quietMs?: number } = {},
): number => {
  const quietMs = options.quietMs ?? 0
  if (wire === null) return turnaroundMs + quietMs
  const silences = options.plusSilence === true ? 2 : 1
  return (
    (readRequestBytes + readReplyBytes(registers)) * characterMs(wire) +
    turnaroundMs +
    silences * silenceMs(wire) +
    quietMs
  )
}

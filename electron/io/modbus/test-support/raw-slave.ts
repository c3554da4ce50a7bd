/** A slave written from the standard's text alone: it shares no code with the product. Registers tell their unit and address. */
export const wordAt = (unit: number, address: number): number => ((unit & 0x0f) << 12) | (address & 0x0fff)

export const slowCrc = (bytes: Uint8Array): number => {
  let crc = 0xffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 1) === 1 ? (crc >> 1) ^ 0xa001 : crc >> 1
  }
  return crc
}

export const sealed = (body: readonly number[]): Uint8Array => {
  const crc = slowCrc(Uint8Array.from(body))
  return Uint8Array.from([...body, crc & 0xff, crc >> 8])
}

export interface SlaveRules {
  /** Largest read; above it `tooLong` says what happens. */
  readonly maxRegisters?: number
  readonly tooLong?: 'exception' | 'silence'
}

/** The RTU reply to one RTU request frame; null: says nothing. */
export const answerRtu = (frame: Uint8Array, rules: SlaveRules = {}): Uint8Array | null => {
  const [unit = 0, functionCode = 0, addressHigh = 0, addressLow = 0, countHigh = 0, countLow = 0] = frame
  const address = addressHigh * 256 + addressLow
  if (functionCode === 3 || functionCode === 4) {
    const count = countHigh * 256 + countLow
    if (count > (rules.maxRegisters ?? 125))
      return rules.tooLong === 'silence' ? null : sealed([unit, functionCode | 0x80, 3])
    const words = Array.from({ length: count }, (_, index) => wordAt(unit, address + index))
    return sealed([unit, functionCode, count * 2, ...words.flatMap((word) => [word >> 8, word & 0xff])])
  }
  if (functionCode === 6 || functionCode === 16) return sealed([...frame.subarray(0, 6)])
  return sealed([unit, functionCode | 0x80, 1])
}

/** Length of the request that starts a stream; null while it is not whole. */
export const requestLength = (bytes: Uint8Array): number | null => {
  const functionCode = bytes[1]
  if (functionCode === undefined) return null
  if (functionCode !== 16) return bytes.length >= 8 ? 8 : null
  const count = bytes[6]
  return count !== undefined && bytes.length >= 9 + count ? 9 + count : null
}

/** mulberry32: small, seeded, good enough to vary delays. */
export const seeded = (seed: number) => {
  let state = seed >>> 0
  return (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

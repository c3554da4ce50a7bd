/** Function codes (Modbus Application Protocol V1.1b3, chapter 6), by the name a person finds in a manual. */
const functions: Readonly<Record<number, string>> = {
  1: 'read coils',
  2: 'read discrete inputs',
  3: 'read holding registers',
  4: 'read input registers',
  5: 'write single coil',
  6: 'write single register',
  7: 'read exception status',
  8: 'diagnostics',
  11: 'get comm event counter',
  12: 'get comm event log',
  15: 'write multiple coils',
  16: 'write multiple registers',
  17: 'report server id',
  20: 'read file record',
  21: 'write file record',
  22: 'mask write register',
  23: 'read/write multiple registers',
  24: 'read FIFO queue',
  43: 'encapsulated interface (device identification)',
}
export const functionWord = (code: number): string => functions[code & 0x7f] ?? `function ${code & 0x7f}`

/** Exception codes (the same, chapter 7). */
const exceptions: Readonly<Record<number, string>> = {
  1: 'illegal function',
  2: 'illegal data address',
  3: 'illegal data value',
  4: 'device failure',
  5: 'acknowledge, still working',
  6: 'device busy',
  8: 'memory parity error',
  10: 'gateway path unavailable',
  11: 'gateway: target device failed to respond',
}
export const exceptionWord = (code: number): string => exceptions[code] ?? 'unknown to the standard'

// Tables: a report of ten minutes turns a million bytes to text and back, in the process that also controls.
const hexTable = Array.from({ length: 256 }, (_, byte) => byte.toString(16).toUpperCase().padStart(2, '0'))
export const hex2 = (byte: number): string => hexTable[byte & 0xff] ?? '00'
export const hex4 = (word: number): string => hex2(word >>> 8) + hex2(word)

export const hexOf = (bytes: Uint8Array): string => {
  let text = ''
  for (const byte of bytes) text += hex2(byte)
  return text
}
/** The reverse of hexOf; spaces are allowed. Throws RangeError for anything else. */
export const bytesOfHex = (hex: string): Uint8Array => {
  const clean = hex.replaceAll(' ', '')
  if (clean.length % 2 !== 0 || /[^0-9a-fA-F]/.test(clean))
    throw new RangeError(`not bytes in hexadecimal: ${hex.slice(0, 40)}`)
  const bytes = new Uint8Array(clean.length / 2)
  // '0'-'9' are 0x30-0x39, letters have bit 6 set and end in 1-6.
  const digit = (code: number): number => (code & 0xf) + (code > 0x39 ? 9 : 0)
  for (let index = 0; index < bytes.length; index += 1)
    bytes[index] = digit(clean.charCodeAt(2 * index)) * 16 + digit(clean.charCodeAt(2 * index + 1))
  return bytes
}

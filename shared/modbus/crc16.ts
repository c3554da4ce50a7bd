/** CRC-16/MODBUS (Modbus over Serial Line V1.02, 6.2.2): polynomial 0xA001 reflected, start 0xFFFF, sent low byte first. */
const table = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit += 1) crc = (crc & 1) !== 0 ? (crc >>> 1) ^ 0xa001 : crc >>> 1
  return crc
})

export const crc16 = (bytes: Uint8Array, from = 0, to = bytes.length): number => {
  let crc = 0xffff
  for (let index = from; index < to; index += 1) crc = (crc >>> 8) ^ (table[(crc ^ (bytes[index] ?? 0)) & 0xff] ?? 0)
  return crc
}

/** True when the `length` bytes from `from` are at least an RTU frame's shortest (unit, function, two of CRC) and end with the CRC of the bytes before it. */
export const crcFits = (bytes: Uint8Array, from: number, length: number): boolean => {
  const end = from + length
  if (length < 4 || end > bytes.length) return false
  const crc = crc16(bytes, from, end - 2)
  return bytes[end - 2] === (crc & 0xff) && bytes[end - 1] === crc >>> 8
}

/** The same of a whole frame. */
export const hasGoodCrc = (bytes: Uint8Array): boolean => crcFits(bytes, 0, bytes.length)

export const withCrc = (body: Uint8Array): Uint8Array => {
  const frame = new Uint8Array(body.length + 2)
  frame.set(body)
  const crc = crc16(body)
  frame[body.length] = crc & 0xff
  frame[body.length + 1] = crc >>> 8
  return frame
}

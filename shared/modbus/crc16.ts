/** CRC-16/MODBUS (Modbus over Serial Line V1.02, 6.2.2): polynomial 0xA001 reflected, start 0xFFFF, sent low byte first. */
const table = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit += 1) crc = (crc & 1) !== 0 ? (crc >>> 1) ^ 0xa001 : crc >>> 1
  return crc
})

export const crc16 = (bytes: Uint8Array, length = bytes.length): number => {
  let crc = 0xffff
  for (let index = 0; index < length; index += 1) crc = (crc >>> 8) ^ (table[(crc ^ (bytes[index] ?? 0)) & 0xff] ?? 0)
  return crc
}

/** True when the bytes are at least an RTU frame's shortest (unit, function, two of CRC) and end with the right CRC. */
export const hasGoodCrc = (bytes: Uint8Array): boolean => {
  if (bytes.length < 4) return false
  const crc = crc16(bytes, bytes.length - 2)
  return bytes[bytes.length - 2] === (crc & 0xff) && bytes[bytes.length - 1] === crc >>> 8
}

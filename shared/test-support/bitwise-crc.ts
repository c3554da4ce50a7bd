/** Bit by bit, after the flow chart of Modbus over Serial Line V1.02, 6.2.2: shares nothing with the product's table. */
export const bitwiseCrc = (bytes: Uint8Array): number => {
  let crc = 0xffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit += 1) crc = crc % 2 === 1 ? Math.floor(crc / 2) ^ 0xa001 : crc / 2
  }
  return crc
}

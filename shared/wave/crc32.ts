/** CRC-32 as in IEEE 802.3 and zlib: polynomial 0x04C11DB7 reflected, started with and inverted by all ones. */
const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1
  return value >>> 0
})

/** The check of `bytes` from `from` to before `to`. */
export const crc32 = (bytes: Uint8Array, from = 0, to = bytes.length): number => {
  let value = 0xffffffff
  for (let index = from; index < to; index += 1)
    value = (table[(value ^ (bytes[index] ?? 0)) & 0xff] ?? 0) ^ (value >>> 8)
  return (value ^ 0xffffffff) >>> 0
}

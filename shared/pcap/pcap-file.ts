/** Classic pcap with nanosecond times (libpcap savefile format; magic 0xA1B23C4D), little-endian. Wireshark and tshark open it. */

/** Link types of tcpdump.org/linktypes.html. */
export const linkTypes = {
  ethernet: 1,
  /** For private use: wired M-Bus has no number of its own. */
  user0: 147,
  /** Schweitzer RTAC serial: 12 bytes of time, direction and control lines before the bytes of the wire. */
  rtacSerial: 250,
} as const

export interface Packet {
  readonly atMs: number
  readonly bytes: Uint8Array
}

const headerLength = 24
const recordLength = 16
const snapLength = 65_535

/** `atMs`: UTC epoch ms with fractions; kept to the nanosecond as far as a double holds it (about 0.2 microseconds). */
export const pcapFile = (linkType: number, packets: readonly Packet[]): Uint8Array => {
  const size = packets.reduce((sum, { bytes }) => sum + recordLength + bytes.length, headerLength)
  const file = new Uint8Array(size)
  const view = new DataView(file.buffer)
  const u32 = (at: number, value: number) => view.setUint32(at, value, true)
  u32(0, 0xa1b23c4d)
  view.setUint16(4, 2, true)
  view.setUint16(6, 4, true)
  u32(16, snapLength)
  u32(20, linkType)
  let at = headerLength
  for (const { atMs, bytes } of packets) {
    const seconds = Math.floor(atMs / 1000)
    u32(at, seconds)
    u32(at + 4, Math.min(999_999_999, Math.round((atMs - seconds * 1000) * 1e6)))
    u32(at + 8, bytes.length)
    u32(at + 12, bytes.length)
    file.set(bytes, at + recordLength)
    at += recordLength + bytes.length
  }
  return file
}

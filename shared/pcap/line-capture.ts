import { cutFrames } from '../bus/cut-frames.ts'
import type { Framing, TapeFrame } from '../bus/tape-entry.ts'
import { bytesOfHex } from '../modbus/words.ts'
import { linkTypes, pcapFile, type Packet } from './pcap-file.ts'
import { tcpPackets } from './tcp-stream.ts'

/** RTAC serial header (Wireshark, packet-rtacser.c): seconds, microseconds, event, control lines, footer; big-endian. */
const rtacTx = 0x01
const rtacRx = 0x02

const rtacPacket = (atMs: number, isSent: boolean, bytes: Uint8Array): Packet => {
  const out = new Uint8Array(12 + bytes.length)
  const view = new DataView(out.buffer)
  const seconds = Math.floor(atMs / 1000)
  view.setUint32(0, seconds)
  view.setUint32(4, Math.min(999_999, Math.floor((atMs - seconds * 1000) * 1000)))
  view.setUint8(8, isSent ? rtacTx : rtacRx)
  out.set(bytes, 12)
  return { atMs, bytes: out }
}

/** How Wireshark and tshark (tried with 4.0) are told what is in a capture of this framing. */
export const howToOpen: Readonly<Record<Framing, string>> = {
  mbap: 'Opens as Modbus/TCP by itself. Ethernet, IP and TCP are made up around the recorded bytes; the times are real.',
  rtu: 'Link type RTAC serial (250). Wireshark: Analyze > Decode As > field "RTAC Serial Data Subdissector", current "Modbus RTU". tshark: tshark -r FILE -d rtacser.data,mbrtu -o mbrtu.crc_verification:TRUE',
  ascii:
    'Link type RTAC serial (250) with the characters of the wire, untouched. Wireshark has no decoder for Modbus ASCII and shows them as text; the meaning of every frame is in the text export.',
  mbus: 'Link type USER0 (147) with the bytes of the wire; Wireshark has no decoder for wired M-Bus and shows them as data.',
}

/** Frames of one line as a pcap file. Times are UTC, with the fractions of the monotonic clock within the capture. */
export const lineCapture = (framing: Framing, frames: readonly TapeFrame[]): Uint8Array => {
  const [first] = frames
  // One reference for the whole capture: UTC may be corrected in between, and whole milliseconds would lose the order.
  const utc = (frame: TapeFrame): number =>
    first === undefined ? 0 : first.atMs + (frame.monotonicMs - first.monotonicMs)
  switch (framing) {
    case 'mbap':
      return pcapFile(
        linkTypes.ethernet,
        tcpPackets(
          frames.map((frame) => ({
            atMs: utc(frame),
            fromClient: frame.direction === 'sent',
            bytes: bytesOfHex(frame.hex),
          })),
        ),
      )
    // What came in one lump is cut into its frames: Wireshark's decoder takes a packet for one frame.
    case 'rtu':
      return pcapFile(
        linkTypes.rtacSerial,
        frames.flatMap((frame) =>
          cutFrames(bytesOfHex(frame.hex)).map((bytes) => rtacPacket(utc(frame), frame.direction === 'sent', bytes)),
        ),
      )
    // Made into RTU they would open decoded, but that is not what was on the wire.
    case 'ascii':
      return pcapFile(
        linkTypes.rtacSerial,
        frames.map((frame) => rtacPacket(utc(frame), frame.direction === 'sent', bytesOfHex(frame.hex))),
      )
    case 'mbus':
      return pcapFile(
        linkTypes.user0,
        frames.map((frame) => ({ atMs: utc(frame), bytes: bytesOfHex(frame.hex) })),
      )
  }
}

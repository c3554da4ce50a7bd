import type { Packet } from './pcap-file.ts'

/**
 * Ethernet, IPv4 and TCP around the bytes of one connection, made up from what was sent and received: the addresses are documentation ones
 * (RFC 5737), sequence numbers count the bytes, every check sum is right. The packets show the content and the times, not the real network.
 */
export interface Segment {
  readonly atMs: number
  readonly fromClient: boolean
  readonly bytes: Uint8Array
}

const client = { mac: [0x02, 0, 0, 0, 0, 1], ip: [192, 0, 2, 1], port: 49_152 }
const server = { mac: [0x02, 0, 0, 0, 0, 2], ip: [192, 0, 2, 2], port: 502 }
const ethernetLength = 14
const ipLength = 20
const tcpLength = 20
const flags = { syn: 0x02, ack: 0x10, push: 0x08 } as const

/** The Internet check sum (RFC 1071) over `bytes`, continued from `sum`. */
const onesSum = (bytes: Uint8Array, start = 0): number => {
  let sum = start
  for (let at = 0; at < bytes.length; at += 2) sum += ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return sum
}

const packet = (
  fromClient: boolean,
  id: number,
  sequence: number,
  acknowledged: number,
  flag: number,
  payload: Uint8Array,
): Uint8Array => {
  const [from, to] = fromClient ? [client, server] : [server, client]
  const bytes = new Uint8Array(ethernetLength + ipLength + tcpLength + payload.length)
  const view = new DataView(bytes.buffer)
  bytes.set([...to.mac, ...from.mac, 0x08, 0x00])
  const ip = ethernetLength
  view.setUint8(ip, 0x45)
  view.setUint16(ip + 2, ipLength + tcpLength + payload.length)
  view.setUint16(ip + 4, id & 0xffff)
  view.setUint16(ip + 6, 0x4000)
  view.setUint8(ip + 8, 64)
  view.setUint8(ip + 9, 6)
  bytes.set([...from.ip, ...to.ip], ip + 12)
  view.setUint16(ip + 10, ~onesSum(bytes.subarray(ip, ip + ipLength)) & 0xffff)
  const tcp = ip + ipLength
  view.setUint16(tcp, from.port)
  view.setUint16(tcp + 2, to.port)
  view.setUint32(tcp + 4, sequence >>> 0)
  view.setUint32(tcp + 8, acknowledged >>> 0)
  view.setUint8(tcp + 12, (tcpLength / 4) << 4)
  view.setUint8(tcp + 13, flag)
  view.setUint16(tcp + 14, 65_535)
  bytes.set(payload, tcp + tcpLength)
  const length = tcpLength + payload.length
  const pseudo = Uint8Array.of(...from.ip, ...to.ip, 0, 6, length >>> 8, length & 0xff)
  view.setUint16(tcp + 16, ~onesSum(bytes.subarray(tcp), onesSum(pseudo)) & 0xffff)
  return bytes
}

/** One TCP connection to port 502 with a handshake before the first segment, in the order given. */
export const tcpPackets = (segments: readonly Segment[]): Packet[] => {
  const [first] = segments
  if (first === undefined) return []
  const nothing = new Uint8Array()
  const next = { client: 1001, server: 5001 }
  let id = 0
  const out: Packet[] = []
  const put = (
    atMs: number,
    fromClient: boolean,
    sequence: number,
    acknowledged: number,
    flag: number,
    payload: Uint8Array,
  ) => {
    id += 1
    out.push({ atMs, bytes: packet(fromClient, id, sequence, acknowledged, flag, payload) })
  }
  put(first.atMs, true, 1000, 0, flags.syn, nothing)
  put(first.atMs, false, 5000, 1001, flags.syn | flags.ack, nothing)
  put(first.atMs, true, 1001, 5001, flags.ack, nothing)
  for (const { atMs, fromClient, bytes } of segments) {
    if (fromClient) {
      put(atMs, true, next.client, next.server, flags.ack | flags.push, bytes)
      next.client += bytes.length
    } else {
      put(atMs, false, next.server, next.client, flags.ack | flags.push, bytes)
      next.server += bytes.length
    }
  }
  return out
}

import type { FakeClock } from '../../../core/test-support/fake-clock.ts'
import { bitwiseCrc } from '../../../../shared/test-support/bitwise-crc.ts'
import type { MemoryChannel } from './memory-channel.ts'

/**
 * A device (or the gateway before it) that answers right and then does to its replies whatever a bus, a gateway or a radio link may do.
 * Written from the standard's text; it shares no code with the product. Each register tells its address and when it was read.
 */
export type Transport = 'serial' | 'rtu-over-tcp' | 'tcp'
export const faultKinds = [
  'late',
  'very-late',
  'twice',
  'shuffled',
  'swapped',
  'glued',
  'lost',
  'cut',
  'mixed',
] as const
/** What a mixture is made of. */
const mixed: readonly FaultKind[] = ['late', 'very-late', 'twice', 'shuffled', 'glued', 'lost', 'cut']
export type FaultKind = (typeof faultKinds)[number]
/** What the registers say: another number at each reading; the same for some seconds, half of them 0; the same for ever. */
export type Values = 'live' | 'steps' | 'constant'

export interface AdversaryOptions {
  readonly transport: Transport
  readonly fault: FaultKind
  /** Share of the replies it is done to, 0 to 1. */
  readonly rate: number
  readonly values: Values
  /** Whether a read of these registers is answered with values; else with exception 2. */
  readonly knows: (unit: number, functionCode: number, address: number, count: number) => boolean
  /** Function 3 and 4 answer the same registers. */
  readonly isTwin: boolean
  readonly turnaroundMs: () => number
  readonly random: () => number
}

interface Served {
  readonly atMs: number
  readonly stamp: number
}

const stepMs = 5000
const mix = (unit: number, functionCode: number, address: number, stamp: number): number => {
  let hash = Math.imul(unit * 131 + functionCode, 0x9e3779b1) ^ Math.imul(address + 1, 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13) ^ Math.imul(stamp + 7, 0xc2b2ae35), 0x27d4eb2f)
  return (hash ^ (hash >>> 15)) & 0xffff
}
const isZero = (address: number): boolean => (address >> 2) % 2 === 1

/**
 * Replies kept back are given in another order: all of ten at once, or, `swapped`, an older one in place of each further one. None is
 * kept for longer than a minute, which the product takes for the longest.
 */
const keptAtOnce = 10
const longestKeptMs = 50_000

export const createAdversary = (clock: FakeClock, options: AdversaryOptions) => {
  const { transport, fault, rate, values, random } = options
  const served: Served[] = []
  const counts = { requests: 0, inTime: 0 }
  let before: Uint8Array | null = null
  const kept: Uint8Array[] = []
  const below = (limit: number): number => Math.floor(random() * limit)

  const stampNow = (): number =>
    values === 'live' ? served.length : values === 'steps' ? Math.floor(clock.monotonicMs() / stepMs) : 0
  const wordAt = (unit: number, functionCode: number, address: number, stamp: number): number =>
    values === 'steps' && isZero(address) ? 0 : mix(unit, options.isTwin ? 4 : functionCode, address, stamp)

  const bodyOf = (request: readonly number[], stamp: number): number[] => {
    const [unit = 0, functionCode = 0, addressHigh = 0, addressLow = 0, countHigh = 0, countLow = 0] = request
    const address = addressHigh * 256 + addressLow
    const count = countHigh * 256 + countLow
    if (!options.knows(unit, functionCode, address, count)) return [unit, functionCode | 0x80, 2]
    const words = Array.from({ length: count }, (_, index) => wordAt(unit, functionCode, address + index, stamp))
    return [unit, functionCode, count * 2, ...words.flatMap((word) => [word >> 8, word & 0xff])]
  }

  const framed = (request: Uint8Array, body: readonly number[]): Uint8Array => {
    if (transport === 'tcp')
      return Uint8Array.from([...request.subarray(0, 4), body.length >> 8, body.length & 0xff, ...body])
    const crc = bitwiseCrc(Uint8Array.from(body))
    return Uint8Array.from([...body, crc & 0xff, crc >> 8])
  }

  const give = (channel: MemoryChannel, afterMs: number, ...frames: readonly Uint8Array[]): void => {
    const bytes = Uint8Array.from(frames.flatMap((frame) => [...frame]))
    clock.after(afterMs, () => {
      channel.receive(bytes)
    })
  }

  /** Gives back one of those kept, or all, in any order. */
  const giveKept = (channel: MemoryChannel, count: number): void => {
    for (let left = Math.min(count, kept.length); left > 0; left -= 1)
      give(channel, 5 + 30 * random(), kept.splice(below(kept.length), 1)[0] as Uint8Array)
  }
  const keep = (channel: MemoryChannel, reply: Uint8Array, isSwapped: boolean): void => {
    kept.push(reply)
    clock.after(longestKeptMs, () => {
      if (kept.includes(reply)) giveKept(channel, kept.length)
    })
    if (kept.length >= keptAtOnce) giveKept(channel, isSwapped ? 1 : kept.length)
  }

  const spoil = (channel: MemoryChannel, kind: FaultKind, reply: Uint8Array, afterMs: number): boolean => {
    switch (kind) {
      case 'late':
        give(channel, 1100 + random() * 1900, reply)
        return false
      case 'very-late':
        give(channel, 1100 + random() * 20_000, reply)
        return false
      case 'twice':
        give(channel, afterMs, reply)
        give(channel, afterMs + ([0, 10, 60, 200, 950, 1000, 1020, 3000][below(8)] ?? 0), reply)
        return true
      case 'glued':
        give(channel, afterMs, ...(before === null ? [] : [before]), reply)
        return true
      case 'shuffled':
        keep(channel, reply, false)
        return false
      case 'swapped':
        keep(channel, reply, true)
        return false
      case 'cut':
        give(channel, afterMs, reply.subarray(0, 1 + below(reply.length - 1)))
        return false
      case 'lost':
        return false
      case 'mixed':
        return spoil(channel, mixed[below(mixed.length)] ?? 'lost', reply, afterMs)
    }
  }

  return {
    counts,
    /** The far side of the channel. */
    hear(bytes: Uint8Array, channel: MemoryChannel): void {
      const request = [...(transport === 'tcp' ? bytes.subarray(6) : bytes)]
      const stamp = stampNow()
      served.push({ atMs: clock.monotonicMs(), stamp })
      counts.requests += 1
      const reply = framed(bytes, bodyOf(request, stamp))
      const afterMs = options.turnaroundMs()
      const isInTime = random() < rate ? spoil(channel, fault, reply, afterMs) : (give(channel, afterMs, reply), true)
      if (isInTime) counts.inTime += 1
      before = reply
    },
    /** How many requests have come. */
    served: () => served.length,
    /** Whether this word is what the register said at some reading since the `from`th request, or at a time since `fromMs`. */
    isRight(unit: number, functionCode: number, address: number, word: number, from: number, fromMs: number): boolean {
      if (values === 'live')
        return served.slice(from).some(({ stamp }) => wordAt(unit, functionCode, address, stamp) === word)
      const stamps = values === 'constant' ? [0, 0] : [Math.floor(fromMs / stepMs), stampNow()]
      for (let stamp = stamps[0] ?? 0; stamp <= (stamps[1] ?? 0); stamp += 1)
        if (wordAt(unit, functionCode, address, stamp) === word) return true
      return false
    },
  }
}

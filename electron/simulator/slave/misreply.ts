import type { Random } from '../random.ts'
import type { WrongReply } from './device.ts'
import type { Framing, Request } from './framing.ts'

/** The frame a device in trouble sends instead of the right one. Exceptions and spoilt values are made where the reply is. */
export const misreply = (
  wrong: WrongReply,
  framing: Framing,
  request: Request,
  pdu: Buffer,
  random: Random,
): Buffer => {
  const right = framing.encode(request.unit, pdu, request.transaction)
  switch (wrong.kind) {
    case 'wrong-unit':
      return framing.encode((request.unit % 247) + 1, pdu, request.transaction)
    // One register less than asked for, in a frame that is right in itself.
    case 'wrong-length': {
      if (pdu.length < 4 || (pdu[0] ?? 0) > 4)
        return framing.encode(request.unit, pdu.subarray(0, -1), request.transaction)
      const shorter = Buffer.from(pdu.subarray(0, -2))
      shorter[1] = shorter.length - 2
      return framing.encode(request.unit, shorter, request.transaction)
    }
    case 'wrong-crc': {
      const broken = Buffer.from(right)
      broken[broken.length - 1] = (broken.at(-1) ?? 0) ^ 0x5a
      return broken
    }
    case 'garbage':
      return Buffer.from(Array.from(right, () => Math.floor(random.next() * 256)))
    case 'half-frame':
      return right.subarray(0, Math.ceil(right.length / 2))
    case 'exception':
    case 'late':
    case 'nan':
    case 'infinity':
      return right
  }
}

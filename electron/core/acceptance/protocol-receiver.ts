import { createMemoryReceiver, type SentFile } from '../transfer/memory-receiver.ts'

/** A protocol with its photos; larger ones are none of ours. */
const largestBytes = 512 * 1024 * 1024
const mostWaiting = 2

/** Takes protocols that a person wants checked; what is in them is judged when it is asked for. */
export const createProtocolReceiver = () =>
  createMemoryReceiver({ largestBytes, mostWaiting, judge: (file: SentFile) => file })

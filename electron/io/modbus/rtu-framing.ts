import type { SerialFraming } from './frame-receiver.ts'
import { exceptionLength, startsWith } from './reply-shape.ts'
import { createRtuReceiver } from './rtu-receiver.ts'

export const rtuFraming: SerialFraming = {
  createReceiver: createRtuReceiver,
  encode: (frame) => frame,
  wireLength: (length) => length,
  judge(rest, shape) {
    if (rest.length === 0) return 'nothing'
    if (rest.length >= shape.length || rest.length === exceptionLength) return 'check-sum'
    return startsWith(rest, shape.head.subarray(0, Math.min(2, rest.length))) ? 'cut' : 'noise'
  },
  isStarted: (rest, shape) => startsWith(rest, shape.head.subarray(0, 2)) || rest.length >= shape.length,
  noiseRemedy: 'check baud rate and parity',
}

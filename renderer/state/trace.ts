import { useMemo } from 'react'
import { createTraceBuffer, type TraceBuffer } from '../charts/trace-buffer.ts'
import { noteTrace } from './bind.ts'
import { useStream } from './stream.ts'

/** The longest past the contract gives, s. */
const backlogS = 600

/** Every polled sample of a meter, with the last ten minutes to begin with; subscribed while the component is on the screen. */
export const useTrace = (meterId: string, keys: readonly string[]): TraceBuffer => {
  const names = keys.join(' ')
  // eslint-disable-next-line react-hooks/exhaustive-deps -- another meter gets a buffer of its own even when its keys are the same
  const buffer = useMemo(() => createTraceBuffer(names.split(' '), backlogS * 1000), [names, meterId])
  useStream('trace', names === '' ? null : { meterId, quantities: names.split(' '), backlogS }, {
    frame: ({ reset, atMs, columns }) => {
      buffer.append(reset, atMs, columns)
      noteTrace(meterId, atMs, columns)
    },
    ended: (why) => console.warn(`trace of ${meterId}: ${why}`),
  })
  return buffer
}

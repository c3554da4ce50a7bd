import { useState } from 'react'
import type { OwnRecords } from '../../shared/api/meter-records-contract.ts'
import { useStream } from './stream.ts'

const none: readonly OwnRecords[] = []

/** What meters keep of their own, as it is known now; none while it is not wanted. */
export const useMeterRecords = (isWanted = true): readonly OwnRecords[] => {
  const [meters, setMeters] = useState(none)
  useStream('meterRecords.watch', isWanted ? {} : null, {
    frame: (told) => setMeters(told.meters),
    ended: () => setMeters(none),
  })
  return meters
}

import { useState } from 'react'
import type { OwnRecords } from '../../shared/api/meter-records-contract.ts'
import { useStream } from './stream.ts'

const none: readonly OwnRecords[] = []

/** What meters keep of their own, as it is known now. */
export const useMeterRecords = (): readonly OwnRecords[] => {
  const [meters, setMeters] = useState(none)
  useStream('meterRecords.watch', {}, { frame: (told) => setMeters(told.meters), ended: () => setMeters(none) })
  return meters
}

import { useMemo } from 'react'
import type { MeterDescription } from '../../../shared/api/site-contract.ts'
import type { MeterReading } from '../../../shared/model/image.ts'
import { isQuantityKey, type QuantityKey } from '../../../shared/quantities.ts'
import { useLive } from '../../state/live.ts'
import { own } from '../../../shared/own.ts'
import { mainRows } from './quantity-groups.ts'

/** What a person looks for on a meter's page; what else a profile for any meter lists and this one lacks is no news. */
const normal: ReadonlySet<string> = new Set(mainRows.flatMap(({ keys }) => Object.values(keys)))

/**
 * What an M-Bus meter is seen to send of all its profile lists: a profile for any meter lists more than any one has, and what its answers
 * do not hold is not reported. Before its first answer, and for Modbus meters, everything.
 */
export const absentOf = (meter: MeterDescription, reading: MeterReading | undefined): readonly QuantityKey[] => {
  if (meter.bus !== 'mbus' || reading === undefined) return []
  const keys = Object.keys(meter.quantities) as QuantityKey[]
  const absent = keys.filter((key) => reading.samples[key]?.quality === 'absent')
  return absent.length === keys.length ? [] : absent
}

export const useAsSent = (meter: MeterDescription): MeterDescription => {
  // As text, so that an image a second is no news.
  const absent = useLive((state) => absentOf(meter, own(state.live?.image.meters, meter.id)).join())
  return useMemo(() => {
    if (absent === '') return meter
    const gone = new Set(absent.split(','))
    return {
      ...meter,
      quantities: Object.fromEntries(Object.entries(meter.quantities).filter(([key]) => !gone.has(key))),
      lacks: [...new Set([...meter.lacks, ...[...gone].filter(isQuantityKey)])].filter((key) => normal.has(key)),
    }
  }, [meter, absent])
}

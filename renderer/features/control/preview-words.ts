import type { PreviewPlace } from '../../../shared/model/override-preview.ts'
import type { Phase } from '../../../shared/model/phase.ts'
import { formatLength } from '../../format/duration.ts'

export interface SoonTrip {
  readonly circuitId: string
  readonly phase: Phase
  readonly earlyS: number
}

/** Where the earliest trip would come first; null: nowhere, or nothing is known of any heat. */
export const soonestTrip = (places: readonly PreviewPlace[], which: 'thenTrip' | 'askedTrip'): SoonTrip | null =>
  places.reduce<SoonTrip | null>((soonest, { circuitId, phase, [which]: trip }) => {
    const earlyS = trip?.earlyS ?? null
    return earlyS === null || (soonest !== null && soonest.earlyS <= earlyS) ? soonest : { circuitId, phase, earlyS }
  }, null)

export const tripSaid = (trip: PreviewPlace['thenTrip']): string => {
  if (trip === null) return 'not known'
  if (trip.earlyS === null) return 'never'
  return trip.earlyS === 0 ? 'at any moment' : `in ${formatLength(Math.max(1, Math.round(trip.earlyS)))}`
}

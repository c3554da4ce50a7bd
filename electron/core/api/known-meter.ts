import { refusal } from '../../../shared/said/refusal.ts'
import type { Overview } from '../../../shared/api/site-contract.ts'

/** The id itself where the site has that meter; refused with those it has otherwise. */
export const knownMeter = ({ meters }: Pick<Overview, 'meters'>, meterId: string): string => {
  if (meters.some((meter) => meter.id === meterId)) return meterId
  throw refusal('no-meter', { meterId, meters: meters.map(({ id }) => id) })
}

import type { Live } from '../../../shared/api/live-contract.ts'
import type { ChargerDescription } from '../../../shared/api/site-contract.ts'
import type { FallbackWritten } from '../../../shared/model/decision.ts'
import { own } from '../../../shared/own.ts'
import { formatAmperes } from '../../format/number.ts'

/** The detector that compares what stands in a charger with the site file (core/detectors/own-fallback.ts). */
const detector = 'own-fallback'

/** What a charger says of its own fallback does not fit the site file: the sentence with the numbers; null: no such finding stands. */
export const unfitFallback = (live: Live | null, chargerId: string): string | null =>
  live?.findings.find(
    ({ detector: by, state, subject }) =>
      by === detector && state === 'active' && subject.kind === 'charger' && subject.id === chargerId,
  )?.message ?? null

const seconds = (value: number | null | undefined): string => (value == null ? 'a time not known' : `${value} s`)
const amperes = (value: number | null | undefined): string =>
  value == null ? 'a current not known' : `${formatAmperes(value)} A`

/** "32 A after 60 s": what the charger says now. */
export const saidFallback = (live: Live | null, chargerId: string): string => {
  const samples = own(live?.image.chargers, chargerId)?.samples
  return `${amperes(samples?.['fallback_limit']?.value)} after ${seconds(samples?.['watchdog_timeout']?.value)}`
}

/** "6 A after 30 s": what would be written. */
export const wantedText = ({ limitA, timeoutS }: NonNullable<ChargerDescription['writableFallback']>): string =>
  timeoutS === null ? amperes(limitA) : `${amperes(limitA)} after ${seconds(timeoutS)}`

/** What became of it, in words: written is not enough, what was read back counts. */
export const writtenText = ({ fallbackA, timeoutS, isProtected, why }: FallbackWritten): string =>
  isProtected
    ? `Written and read back: it falls to ${amperes(fallbackA)} after ${seconds(timeoutS)}, as the site file counts on.`
    : fallbackA === null && timeoutS === null
      ? `Nothing was read back that shows it: ${(why ?? 'the charger does not say').replace(/\.$/, '')}.`
      : `Written, but what was read back does not fit: ${amperes(fallbackA)} after ${seconds(timeoutS)}; ${why ?? 'the charger does not say both'}.`

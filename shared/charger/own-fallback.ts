import { watchdogTimeoutS, type ChargerAbilities } from './abilities.ts'

/** What a charger says of its own fallback: the current it falls to and how long it waits; null where it does not say. */
export interface SaidFallback {
  readonly fallbackA: number | null
  readonly timeoutS: number | null
}

/**
 * protected: both were read and fit. unfit: something that was read does not. unread: it does not say one of them, so nobody knows.
 * none: it has no fallback of its own, as far as anybody documents.
 */
export type FallbackVerdict = 'protected' | 'unfit' | 'unread' | 'none'

export interface OwnFallback {
  readonly verdict: FallbackVerdict
  /** One sentence each, with the numbers. */
  readonly problems: readonly string[]
  /** The most it may draw when this program is gone: the worse of what the site file declares and what it says, A. */
  readonly worstA: number
}

/** What a person may let be written into a charger as its own fallback. */
export interface WantedFallback {
  readonly limitA: number
  /** null: its watchdog has no time that can be set. */
  readonly timeoutS: number | null
}

/** The declared fallback with the watchdog's time, within what the charger takes. */
export const wantedFallback = (
  { watchdog, writableFallback }: Pick<ChargerAbilities, 'watchdog' | 'writableFallback'>,
  declaredA: number,
): WantedFallback => {
  if (watchdog.kind !== 'fed') return { limitA: declaredA, timeoutS: null }
  const [shortest, longest] = writableFallback?.timeoutS ?? [watchdog.timeoutS, watchdog.timeoutS]
  return { limitA: declaredA, timeoutS: Math.min(Math.max(watchdog.timeoutS, shortest), longest) }
}

/** Half a step of the coarsest fallback register (whole amperes) is rounding. */
const slackA = 0.5
/** What a feeder bears above its limit until the charger falls, s: the longest default of a maker (Alfen, KEBA, ABB). Editable assumption. */
const longestTimeoutS = 60

const shown = (value: number): string => String(Math.round(value * 100) / 100)

/**
 * Whether what stands in the charger is what the site file counts on when nobody steers it. `declaredA` and `maximumA` as in the site
 * file. A fallback below the declared one is as safe as the site needs.
 */
export const judgeOwnFallback = (
  abilities: Pick<ChargerAbilities, 'watchdog' | 'monitoredOnly'>,
  { declaredA, maximumA }: { readonly declaredA: number; readonly maximumA: number },
  { fallbackA, timeoutS }: SaidFallback,
): OwnFallback => {
  if (abilities.monitoredOnly !== null || abilities.watchdog.kind === 'none')
    return { verdict: 'none', problems: [], worstA: maximumA }
  const isOff = timeoutS !== null && abilities.watchdog.kind === 'fed' && watchdogTimeoutS(abilities, timeoutS) === null
  const problems = [
    ...(fallbackA !== null && fallbackA > declaredA + slackA
      ? [`it falls to ${shown(fallbackA)} A, the site file counts on ${shown(declaredA)} A`]
      : []),
    ...(isOff ? ['its time-out is 0 s: its watchdog is off, and a charger that is cut off keeps its last limit'] : []),
    ...(timeoutS !== null && timeoutS > longestTimeoutS
      ? [`it falls only after ${shown(timeoutS)} s, ${longestTimeoutS} s are what its circuits should bear at most`]
      : []),
  ]
  const isRead = fallbackA !== null && timeoutS !== null
  return {
    verdict: problems.length > 0 ? 'unfit' : isRead ? 'protected' : 'unread',
    problems,
    worstA: isOff ? maximumA : Math.max(declaredA, fallbackA ?? declaredA),
  }
}

import { missingSample, type Sample } from '../../../shared/model/sample.ts'

/**
 * A good value may miss two reads before it is stale, and is never stale within two seconds of a missed read: a slow bus is not
 * a dead one. At 1 s polling that is 3 s, inside the five seconds a silent meter may take to lead to the fallback.
 */
export const staleAfterMs = (periodMs: number): number => Math.max(3 * periodMs, periodMs + 2000)

/** The sample as it is at `nowMs`: a good one that is too old has no value any more; nor has one from long after now, as the clock was set back. */
export const aged = (sample: Sample, nowMs: number, periodMs: number): Sample =>
  sample.quality === 'good' && sample.atMs !== null && Math.abs(nowMs - sample.atMs) > staleAfterMs(periodMs)
    ? missingSample('stale', sample.atMs)
    : sample

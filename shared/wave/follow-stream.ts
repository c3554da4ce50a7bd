import type { SamplesHead } from './read-body.ts'
import type { WaveBreak } from './wave-block.ts'

/** Where a stream stands: what the next frame must be to follow without a gap. Null: nothing came yet. */
export interface StreamPlace {
  readonly stream: number
  readonly sequence: number
  readonly nextSample: number
  readonly nextT0: number
  /** Where the rate is measured from. */
  readonly anchorSample: number
  readonly anchorT0: number
}

export type Followed =
  | {
      readonly ok: true
      readonly place: StreamPlace
      readonly break: WaveBreak | null
      /** How far the time stamps say the rate is from what was described, millionths; null while it is not known anew. */
      readonly ratePpm: number | null
    }
  | { readonly ok: false; readonly why: string }

/**
 * Time stamps may jitter this much against the count of samples, ms: an operating system's clock kept by NTP is moved in such steps
 * (editable assumption). The count says how samples follow each other; stamps only date them.
 */
const stampJitterMs = 2
/** The rate is compared with the time stamps over this long, ms: jitter is then below 0.02 %. */
const rateWindowMs = 10_000
const half = 2 ** 31

const begun = (head: SamplesHead, rateHz: number): StreamPlace => ({
  stream: head.stream,
  sequence: head.sequence,
  nextSample: head.firstSample + head.count,
  nextT0: head.t0 + (head.count / rateHz) * 1000,
  anchorSample: head.firstSample,
  anchorT0: head.t0,
})

/** How one frame follows what came before: pure, so that every way of losing frames can be tested. */
export const followStream = (place: StreamPlace | null, head: SamplesHead, rateHz: number): Followed => {
  if (place === null || place.stream !== head.stream) {
    const start: WaveBreak = { why: 'start', frames: null, samples: null, stepMs: 0 }
    return { ok: true, place: begun(head, rateHz), break: start, ratePpm: null }
  }
  const ahead = (head.sequence - place.sequence) >>> 0
  if (ahead === 0 || ahead >= half) return { ok: false, why: 'a frame that came before' }
  const samples = head.firstSample - place.nextSample
  if (samples < 0) return { ok: false, why: 'samples that came before' }
  const stepMs = head.t0 - (place.nextT0 + (samples / rateHz) * 1000)
  const isStep = Math.abs(stepMs) > stampJitterMs
  const isLost = samples > 0 || ahead > 1
  const broken: WaveBreak | null =
    isLost || isStep
      ? { why: isLost ? 'lost' : 'clock-step', frames: ahead - 1, samples, stepMs: isStep ? stepMs : 0 }
      : null
  const next = begun(head, rateHz)
  const windowMs = head.t0 - place.anchorT0
  if (isStep || windowMs >= rateWindowMs) {
    const seenHz = ((head.firstSample - place.anchorSample) / windowMs) * 1000
    return { ok: true, place: next, break: broken, ratePpm: isStep ? null : (seenHz / rateHz - 1) * 1e6 }
  }
  const kept = { anchorSample: place.anchorSample, anchorT0: place.anchorT0 }
  return { ok: true, place: { ...next, ...kept }, break: broken, ratePpm: null }
}

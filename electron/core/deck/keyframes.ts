import type { Saved } from '../site/memory.ts'

/** The state of the site behind a line of the record, saved while it was played once: a seek begins there. */
export interface Keyframe {
  /** UTC of the last turn before it. */
  readonly atMs: number
  /** Number of its line in the record: what follows it is played. */
  readonly line: number
}

/** Where states are kept, outside the memory. Implemented by io. */
export interface KeyframeShelf {
  readonly keep: (keyframe: Keyframe, saved: Saved) => void
  /** The newest at or before a time; null: there is none. */
  readonly before: (atMs: number) => Keyframe | null
  readonly read: (keyframe: Keyframe) => Saved | null
}

/** At most so many of a recording, and never closer than this, ms (editable assumptions): a seek plays some seconds. */
const mostKeyframes = 240
const closestMs = 20_000

/** Says when another state is due. */
export const keyframeRhythm = (fromMs: number, toMs: number): ((atMs: number) => boolean) => {
  const everyMs = Math.max(closestMs, (toMs - fromMs) / mostKeyframes)
  let lastMs = fromMs
  return (atMs) => {
    if (atMs - lastMs < everyMs) return false
    lastMs = atMs
    return true
  }
}

/** Keeps states in memory, as a test does. */
export const keyframesInMemory = (): KeyframeShelf => {
  const kept: { readonly keyframe: Keyframe; readonly text: string }[] = []
  return {
    keep: (keyframe, saved) => void kept.push({ keyframe, text: JSON.stringify(saved) }),
    before: (atMs) => kept.findLast(({ keyframe }) => keyframe.atMs <= atMs)?.keyframe ?? null,
    read: (keyframe) => {
      const found = kept.find((each) => each.keyframe === keyframe)
      return found === undefined ? null : (JSON.parse(found.text) as Saved)
    },
  }
}

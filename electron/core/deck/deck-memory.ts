import type { ControlState } from '../../../shared/model/decision.ts'
import type { Image } from '../../../shared/model/image.ts'
import type { Site } from '../../../shared/site/site.ts'
import { refusal } from '../../../shared/said/refusal.ts'
import { createStoryPart } from '../control/story/story-part.ts'
import type { Recorder } from '../record/recorder.ts'
import { createTraceRing, type TraceRing } from '../record/trace-ring.ts'
import type { Remembering } from './player.ts'

/** What a recording remembers of the stretch that was played: the strips of the meters, the story of each charger. */
export interface DeckMemory extends Remembering {
  readonly trace: TraceRing
  readonly story: ReturnType<typeof createStoryPart>['handlers']
}

export const createDeckMemory = (
  site: Site,
  recorder: Pick<Recorder, 'decisions'>,
  nowMs: () => number,
): DeckMemory => {
  const trace = createTraceRing(site.meters)
  let latest: ControlState | null = null
  let push: (image: Image) => void = () => undefined
  const story = createStoryPart({
    ...{ site, recorder },
    control: () => {
      if (latest === null) throw refusal('nothing-played-yet', {})
      return latest
    },
    images: (listener) => {
      push = listener
      return () => undefined
    },
    now: nowMs,
  })
  story.start?.()
  return {
    trace,
    story: story.handlers,
    reply: (meterId, samples) => trace.push(meterId, samples),
    image: (image, control) => {
      latest = control
      push(image)
    },
  }
}

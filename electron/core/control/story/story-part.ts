import { refusal } from '../../../../shared/said/refusal.ts'
import { whyOf, type Why } from '../../../../shared/allocation/why.ts'
import type { storyContract } from '../../../../shared/api/story-contract.ts'
import type { ControlState, Decision } from '../../../../shared/model/decision.ts'
import type { Image } from '../../../../shared/model/image.ts'
import { own } from '../../../../shared/own.ts'
import type { Site } from '../../../../shared/site/site.ts'
import { checkedRange } from '../../api/checked-range.ts'
import type { Part } from '../../part.ts'
import type { Recorder } from '../../record/recorder.ts'
import type { Stop } from '../../ports.ts'
import { noDemandMs, unusedMs } from '../timing.ts'
import { createStoryRing, stepMs } from './story-ring.ts'

/** A decision is kept at least once a minute (record/decision-thinner.ts); one older than this says nothing of the time asked about. */
const longestSilenceMs = 180_000
/** The newest of an hour; the thinner lets 60 and two a minute through, and every one a write names. */
const mostDecisions = 1500

const seconds = (value: number): string => `${value} s`

const hysteresisOf = ({ control }: Site): string[] => [
  'Down at once: a limit falls in the cycle that finds too little room, and in the moment of an overload.',
  `Up in steps of at most ${control.increaseStep} A, after the room has lasted ${seconds(control.increaseDelay)} beside the worst load of the last 5 s, and only into room the others have left.`,
  `A paused charger resumes after ${seconds(control.resumeDelay)} of room for its minimum. Below a circuit that carries more than it may nothing rises for a minute.`,
  `What a vehicle leaves unused for ${seconds(unusedMs / 1000)} goes to others (${seconds(noDemandMs / 1000)} for one that has not begun), and is its own again when it reaches for it.`,
]

const changesOf = (decisions: readonly Decision[], chargerId: string) => {
  const rows: { atMs: number; fromA: number | null; toA: number; mode: Decision['mode']; why: string }[] = []
  let fromA: number | null = null
  for (const decision of decisions) {
    const decided = own(decision.chargers, chargerId)
    if (decided === undefined || decided.targetA === fromA) continue
    rows.push({ atMs: decision.atMs, fromA, toA: decided.targetA, mode: decision.mode, why: decided.why })
    fromA = decided.targetA
  }
  return rows
}

export const createStoryPart = ({
  site,
  recorder,
  control,
  images,
  now,
}: {
  readonly site: Site
  readonly recorder: Pick<Recorder, 'decisions'>
  readonly control: () => ControlState
  /** Images with calendar times. */
  readonly images: (listener: (image: Image) => void) => Stop
  readonly now: () => number
}): Part<typeof storyContract> => {
  const ring = createStoryRing(site.chargers.map(({ id }) => id))
  // Not kept in the site: this part stands beside the fold and only listens.
  let stop: Stop | null = null
  const known = (chargerId: string): void => {
    if (!site.chargers.some(({ id }) => id === chargerId)) throw refusal('no-charger', { chargerId })
  }
  const why = (decision: Decision | null, chargerId: string, atMs: number): Why => {
    const chain = decision === null ? null : whyOf(site, decision, chargerId, atMs)
    if (chain === null) throw refusal('no-decision-then', {})
    return chain
  }
  return {
    name: 'the story of load control',
    start: () => {
      stop = images((image) => ring.push(image, control().decision))
    },
    stop: () => {
      stop?.()
    },
    handlers: {
      'control.why': async ({ chargerId, atMs }) => {
        known(chargerId)
        const { decision } = control()
        if (atMs === null || (decision !== null && atMs >= decision.atMs))
          return why(decision, chargerId, atMs ?? now())
        const [kept] = await recorder.decisions({ fromMs: atMs - longestSilenceMs, toMs: atMs + 1 }, 1)
        return why(kept ?? null, chargerId, atMs)
      },
      'control.story': async ({ chargerId, ...range }) => {
        known(chargerId)
        const { fromMs, toMs } = checkedRange(range)
        const decisions = await recorder.decisions({ fromMs, toMs }, mostDecisions)
        return {
          ...ring.read(chargerId, fromMs, toMs),
          sinceMs: ring.sinceMs() ?? now(),
          stepMs,
          changes: changesOf(
            [...decisions].sort((one, other) => one.atMs - other.atMs),
            chargerId,
          ).slice(-500),
          hysteresis: hysteresisOf(site),
        }
      },
    },
  }
}

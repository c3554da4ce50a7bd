import type { Clock, Log } from '../ports.ts'
import type { Incident } from '../../../shared/forensics/incident.ts'
import { createForensics } from '../forensics/forensics.ts'
import { createReplay, type Mismatch, type ReplayOutputs } from '../record/tape/replay.ts'
import type { TapeHead } from '../record/tape/tape-head.ts'
import { keyframeRhythm, type KeyframeShelf } from './keyframes.ts'
import { entriesFrom, type TapeIndex } from './tape-index.ts'
import type { TapeEntry } from '../record/tape/read-tape.ts'
import type { TapeText } from './tape-text.ts'

export interface Studied {
  readonly turns: number
  readonly witnesses: number
  readonly mismatch: Mismatch | null
  /** Why it could not be played to its end; null: it was. */
  readonly problem: string | null
  /** What its images, findings and decisions are judged to hold. */
  readonly incidents: readonly Incident[]
}

/** Others get their turn after this long, ms. */
const sliceMs = 10

const whyOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/**
 * Plays a whole record once, beside whatever else is done, and compares what comes of it with what was recorded. Null: it was told to
 * stop.
 */
export const studyTape = async (parts: {
  readonly text: TapeText
  readonly index: TapeIndex
  readonly head: TapeHead
  readonly clock: Clock
  readonly log: Log
  /** Given the time of the turn that is being played, UTC. */
  readonly out: (atMs: () => number) => ReplayOutputs
  readonly onShare: (share: number) => void
  readonly isStopped: () => boolean
  /** Gets states of the site now and then: a seek begins there. */
  readonly keyframes: KeyframeShelf
  /** Judges what tripped; not where the file has a list of incidents. */
  readonly judges: boolean
}): Promise<Studied | null> => {
  const { text, index, head, clock, log, onShare, isStopped, keyframes } = parts
  let atMs = index.fromMs
  const out = parts.out(() => atMs)
  const isDue = keyframeRhythm(index.fromMs, index.toMs)
  const found = new Map<string, Incident>()
  const forensics = createForensics({
    site: head.site,
    earlier: () => [...found.values()],
    onIncident: (incident) => {
      if (incident.partOf === undefined) found.set(incident.id, incident)
      else found.delete(incident.id)
    },
  })
  /** What was made of stored seconds is not judged: a trip leaves too little in it. */
  let mayJudge = parts.judges && index.wholeness.kind === 'whole'
  let isOwed = false
  const replay = createReplay(head, log, {
    ...out,
    image: (image) => {
      out.image?.(image)
      if (mayJudge) forensics.image(image)
    },
    sampled: (observation) => {
      out.sampled?.(observation)
      if (mayJudge) forensics.sampled(observation)
    },
    witness: (witness) => {
      out.witness?.(witness)
      if (!mayJudge) return
      if (witness.kind === 'finding') forensics.finding(witness.value.finding)
      if (witness.kind === 'decision') forensics.decision(witness.value)
    },
    rest: (at, save) => {
      // One that can't be saved just now is saved a little later.
      isOwed ||= isDue(atMs)
      if (!isOwed) return
      const saved = save()
      if (saved === null) return
      isOwed = false
      keyframes.keep({ atMs, line: at }, saved)
    },
  })
  const judgeReport = (entry: TapeEntry): void => {
    if (!mayJudge || entry.kind !== 'turn' || entry.turn.input.kind !== 'intent') return
    const { intent } = entry.turn.input
    if (intent.method === 'trip.report') forensics.report({ ...intent.input, saidAtMs: entry.turn.at.utcMs })
  }
  const [first] = index.segments
  let sinceMs = clock.monotonicMs()
  let line = 0
  const pause = (): Promise<void> =>
    new Promise((resolve) => {
      clock.after(0, resolve)
    })
  try {
    for await (const run of entriesFrom(text, first ?? { at: 0, number: 1 }))
      for (const entry of run) {
        if (entry.kind === 'turn') atMs = entry.turn.at.utcMs
        if (entry.kind === 'anew') mayJudge = parts.judges
        await replay.take(entry)
        judgeReport(entry)
        line = entry.line
        if (clock.monotonicMs() - sinceMs < sliceMs) continue
        onShare(shareOf(atMs, index))
        await pause()
        if (isStopped()) return null
        sinceMs = clock.monotonicMs()
      }
    forensics.end('the recording ends')
    return { ...replay.end(line), problem: null, incidents: [...found.values()] }
  } catch (error) {
    return { turns: 0, witnesses: 0, mismatch: null, problem: whyOf(error), incidents: [...found.values()] }
  }
}

const shareOf = (atMs: number, { fromMs, toMs }: TapeIndex): number =>
  toMs > fromMs ? Math.max(0, Math.min(1, (atMs - fromMs) / (toMs - fromMs))) : 1

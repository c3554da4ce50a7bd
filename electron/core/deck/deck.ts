import type { DeckPorts } from './deck-ports.ts'
import type { TripscopeContract } from '../../../shared/api/contract.ts'
import type { DeckNote, DeckState, TapePlace } from '../../../shared/api/deck-contract.ts'
import type { Handlers } from '../../../shared/api/define.ts'
import type { Live } from '../../../shared/api/live-contract.ts'
import type { Incident } from '../../../shared/forensics/incident.ts'
import type { Health } from '../../../shared/model/health.ts'
import { stepTape, tapePosition, type Tape, type TapeAct } from '../../../shared/tape/tape.ts'
import { createFanOut } from '../fan-out.ts'
import type { Stop } from '../ports.ts'
import { createDeckEvents } from './deck-events.ts'
import { deckHandlers } from './deck-handlers.ts'
import { healthAt, noHealth } from './deck-health.ts'
import { createDeckMemory } from './deck-memory.ts'
import { createDeckTrace } from './deck-trace.ts'
import { createPlayer } from './player.ts'
import type { TapeIndex } from './tape-index.ts'

/** Screens see a playing recording move this often. */
const followEveryMs = 100
/** What could not be played within this is not played faster than it can be: the position waits for it. */
const behindMs = 400
/** While it plays, what lies before the place it began at is filled in for this long at a time, ms. */
const fillMs = 40

/** A recording as a core on the contract: it answers screens as the site did, at the time where it stands. */
export interface Deck {
  readonly deckId: string
  readonly name: string
  readonly site: TapeIndex['head']['site']
  readonly handlers: Handlers<TripscopeContract>
  readonly state: () => DeckState
  readonly listen: (listener: () => void) => Stop
  readonly act: (act: TapeAct) => TapePlace
  readonly moments: ReturnType<typeof createDeckEvents>['moments']
  readonly setEvents: ReturnType<typeof createDeckEvents>['set']
  readonly note: (note: DeckNote) => void
  /** Incidents that its record was judged to hold; those that lie in its file stay. */
  readonly setIncidents: (incidents: readonly Incident[]) => void
  /** It shows where it stands, and the strips have their past. */
  readonly isSettled: () => boolean
  readonly setProgress: (progress: DeckState['progress']) => void
  readonly start: () => void
  readonly stop: () => void
}

export const createDeck = (ports: DeckPorts): Deck => {
  const { deckId, name, text, index, recorder, healths, clock, log } = ports
  const { head } = index
  const frames = createFanOut<Live>('frames of a recording', log)
  const healthNews = createFanOut<Health>('health of a recording', log)
  const changes = createFanOut<void>('the state of a recording', log)
  const events = createDeckEvents()
  const notes: DeckNote[] = []
  let progress: DeckState['progress'] = null
  let tape: Tape = {
    fromMs: index.fromMs,
    toMs: index.toMs,
    speed: 1,
    isPlaying: false,
    anchor: { positionMs: index.fromMs, localMs: clock.nowMs() },
  }
  /** A person went somewhere: what is under way to another place ends. */
  let journey = 0
  let isFollowing = false
  let isBehind = true
  let shownSeq = -1
  let shownGeneration = 0
  let stopTimer: Stop = () => undefined
  let isStopped = false

  const note = (given: DeckNote): void => {
    if (notes.some(({ part, text: said }) => part === given.part && said === given.text)) return
    notes.push(given)
    changes.tell()
  }
  const player = createPlayer({
    ...{ text, index, clock, log, keyframes: ports.keyframes },
    remember: () => createDeckMemory(head.site, recorder, () => position()),
    onForgotten: (why) =>
      note({
        tone: 'warning',
        part: 'record',
        text: `What the site knew before this recording begins can't be used here (${why}). It is played without: findings that were older, and control, may differ.`,
      }),
  })
  const trace = createDeckTrace(() => player.remembered().trace)

  const position = (): number => tapePosition(tape, clock.nowMs())
  const place = (): TapePlace => ({
    fromMs: tape.fromMs,
    toMs: tape.toMs,
    positionMs: position(),
    speed: tape.speed,
    isPlaying: tape.isPlaying && position() < tape.toMs,
    isBehind,
  })
  /** At its end it is as it was when the file was made, a moment after the last turn. */
  const health = (): Health =>
    healthAt(healths, position() >= index.toMs ? Infinity : position()) ?? noHealth(position())

  /** Tells what the player came to. */
  const publish = (): void => {
    const isAnew = player.generation() !== shownGeneration
    shownGeneration = player.generation()
    if (isAnew) trace.beginAnew()
    events.moveTo(position(), isAnew)
    const live = player.live()
    if (live !== null && (isAnew || live.image.seq !== shownSeq)) {
      shownSeq = live.image.seq
      frames.tell(live)
      healthNews.tell(health())
    }
    const problem = player.problem()
    if (problem !== null) note({ tone: 'alarm', part: 'record', text: `It can't be played further: ${problem}` })
  }
  const follow = async (): Promise<void> => {
    const mine = journey
    const isJourney = isBehind
    const sinceMs = clock.monotonicMs()
    const isThere = await player.goTo(
      position(),
      () => !isStopped && journey === mine && (isJourney || clock.monotonicMs() - sinceMs < behindMs),
    )
    if (isStopped || journey !== mine) return
    if (!isThere && !isJourney)
      tape = { ...tape, anchor: { positionMs: Math.max(tape.fromMs, player.atMs()), localMs: clock.nowMs() } }
    const wasBehind = isBehind
    if (isThere || !isJourney) isBehind = false
    publish()
    const isPlaying = tape.isPlaying
    if (isPlaying || wasBehind) changes.tell()
    const fillSinceMs = clock.monotonicMs()
    const mayFill = (): boolean =>
      !isStopped && journey === mine && (!isPlaying || clock.monotonicMs() - fillSinceMs < fillMs)
    if (!player.isFilled() && (await player.fillPast(mayFill))) trace.beginAnew()
  }
  const round = (): void => {
    if (isStopped) return
    stopTimer = clock.after(followEveryMs, round)
    if (isFollowing) return
    isFollowing = true
    follow()
      .catch((error: unknown) => log.error('a recording could not be played', { error: String(error) }))
      .finally(() => {
        isFollowing = false
      })
  }

  const act = (given: TapeAct): TapePlace => {
    const target = given.kind === 'step' ? events.step(position(), given.to, given.of) : null
    const acts: readonly TapeAct[] = target === null ? [given] : [given, { kind: 'seek', toMs: target }]
    const before = position()
    for (const one of acts) tape = stepTape(tape, one, clock.nowMs())
    if (position() < before || acts.some(({ kind }) => kind === 'seek')) {
      journey += 1
      isBehind = true
    }
    changes.tell()
    return place()
  }

  const { handlers, setIncidents } = deckHandlers({
    ...{ ...ports, player, events, trace, health, frames, healthNews },
    place: { nowMs: position, toMs: index.toMs, listen: changes.listen },
  })

  return {
    ...{ deckId, name, site: head.site, handlers, listen: changes.listen, act, note },
    moments: events.moments,
    setEvents: events.set,
    setIncidents,
    isSettled: () => !isBehind && player.isFilled(),
    setProgress: (given) => {
      progress = given
      changes.tell()
    },
    state: () => ({ deckId, name, can: ['seek'], place: place(), progress, notes: [...notes] }),
    start: round,
    stop: () => {
      isStopped = true
      stopTimer()
    },
  }
}

import type { DeckPorts } from './deck-ports.ts'
import type { TripscopeContract } from '../../../shared/api/contract.ts'
import type { DeckNote, DeckState, TapePlace } from '../../../shared/api/deck-contract.ts'
import type { Handlers } from '../../../shared/api/define.ts'
import type { Live } from '../../../shared/api/live-contract.ts'
import type { Incident } from '../../../shared/forensics/incident.ts'
import type { Health } from '../../../shared/model/health.ts'
import type { TapeAct } from '../../../shared/tape/tape.ts'
import { createFanOut } from '../fan-out.ts'
import type { Stop } from '../ports.ts'
import { createDeckEvents } from './deck-events.ts'
import { deckHandlers } from './deck-handlers.ts'
import { createDeckFollower } from './deck-follower.ts'
import { healthAt, noHealth } from './deck-health.ts'
import { createDeckMemory } from './deck-memory.ts'
import { createDeckPlace } from './deck-place.ts'
import { createDeckTrace } from './deck-trace.ts'
import { createPlayer } from './player.ts'
import type { TapeIndex } from './tape-index.ts'

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

/** Each remark once, in the order in which they came. */
const createDeckNotes = (onNew: () => void) => {
  const notes: DeckNote[] = []
  return {
    list: (): DeckNote[] => [...notes],
    add: (given: DeckNote): void => {
      if (notes.some(({ part, text }) => part === given.part && text === given.text)) return
      notes.push(given)
      onNew()
    },
  }
}

const forgotten = (why: string): DeckNote => ({
  tone: 'warning',
  part: 'record',
  text: `What the site knew before this recording begins can't be used here (${why}). It is played without: findings that were older, and control, may differ.`,
})
const unplayable = (problem: string): DeckNote => ({
  tone: 'alarm',
  part: 'record',
  text: `It can't be played further: ${problem}`,
})

export const createDeck = (ports: DeckPorts): Deck => {
  const { deckId, name, text, index, recorder, healths, clock, log } = ports
  const { head } = index
  const frames = createFanOut<Live>('frames of a recording', log)
  const healthNews = createFanOut<Health>('health of a recording', log)
  const changes = createFanOut<void>('the state of a recording', log)
  const events = createDeckEvents()
  const notes = createDeckNotes(changes.tell)
  const place = createDeckPlace(index, clock)
  const { position } = place
  let progress: DeckState['progress'] = null
  const player = createPlayer({
    ...{ text, index, clock, log, keyframes: ports.keyframes },
    remember: () => createDeckMemory(head.site, recorder, position),
    onForgotten: (why) => notes.add(forgotten(why)),
  })
  const trace = createDeckTrace(() => player.remembered().trace)
  /** At its end it is as it was when the file was made, a moment after the last turn. */
  const health = (): Health =>
    healthAt(healths, position() >= index.toMs ? Infinity : position()) ?? noHealth(position())

  let shown = { seq: -1, generation: 0 }
  const publish = (): void => {
    const generation = player.generation()
    const isAnew = generation !== shown.generation
    shown = { ...shown, generation }
    if (isAnew) trace.beginAnew()
    events.moveTo(position(), isAnew)
    const live = player.live()
    if (live !== null && (isAnew || live.image.seq !== shown.seq)) {
      shown = { seq: live.image.seq, generation }
      frames.tell(live)
      healthNews.tell(health())
    }
    const problem = player.problem()
    if (problem !== null) notes.add(unplayable(problem))
  }
  const follower = createDeckFollower({
    ...{ player, place, clock, log, publish },
    onMoved: changes.tell,
    onFilled: trace.beginAnew,
  })
  const { handlers, setIncidents } = deckHandlers({
    ...{ ...ports, player, events, trace, health, frames, healthNews },
    place: { nowMs: position, toMs: index.toMs, listen: changes.listen },
  })

  return {
    ...{ deckId, name, site: head.site, handlers, listen: changes.listen, note: notes.add },
    act: (given) => {
      const target = given.kind === 'step' ? events.step(position(), given.to, given.of) : null
      place.act(target === null ? [given] : [given, { kind: 'seek', toMs: target }])
      changes.tell()
      return place.said()
    },
    moments: events.moments,
    setEvents: events.set,
    setIncidents,
    isSettled: () => !place.isBehind() && player.isFilled(),
    setProgress: (given) => {
      progress = given
      changes.tell()
    },
    state: () => ({ deckId, name, can: ['seek'], place: place.said(), progress, notes: notes.list() }),
    start: follower.start,
    stop: follower.stop,
  }
}

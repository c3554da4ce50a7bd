import type { PowerEvent } from '../../../shared/api/quality-contract.ts'
import type { EventPoint } from '../../charts/event-plot.ts'

/** Which events are shown. Empty text: all of them. */
export interface EventFilter {
  readonly phase: string
  readonly truth: string
  /** A source's name, or a circuit or meter it is of. */
  readonly source: string
  /** Only those at least this deep, percent left (dips), and this long, ms. */
  readonly belowPercent: number | null
  readonly fromMs: number | null
}
export const noEventFilter: EventFilter = { phase: '', truth: '', source: '', belowPercent: null, fromMs: null }

const isDeep = ({ extremePercent, direction }: PowerEvent, below: number): boolean =>
  extremePercent !== null && (direction === 'under' ? extremePercent <= below : extremePercent >= 200 - below)

/** The longest that it may have been: a bound counts, so that what may be long is not left out. */
const longestMs = ({ durationMs, members }: PowerEvent): number =>
  durationMs ?? Math.max(...members.map(({ atMostMs, atLeastMs }) => atMostMs ?? atLeastMs ?? Infinity))

export const filterEvents = (events: readonly PowerEvent[], filter: EventFilter): readonly PowerEvent[] =>
  events.filter(
    (event) =>
      (filter.phase === '' || event.phases.includes(filter.phase)) &&
      (filter.truth === '' || event.members.some(({ truth }) => truth === filter.truth)) &&
      (filter.source === '' ||
        event.members.some(
          ({ sourceName, subject }) =>
            sourceName === filter.source || `${subject.kind} ${subject.id}` === filter.source,
        )) &&
      (filter.belowPercent === null || isDeep(event, filter.belowPercent)) &&
      (filter.fromMs === null || longestMs(event) >= filter.fromMs),
  )

/** Every source and place of the events, for a choice. */
export const sourcesOf = (
  events: readonly PowerEvent[],
): readonly { readonly value: string; readonly label: string }[] => {
  const found = new Map<string, string>()
  for (const { members } of events)
    for (const { sourceName, subject } of members) {
      found.set(sourceName, sourceName)
      if (subject.kind === 'circuit') found.set(`circuit ${subject.id}`, `circuit ${subject.id}`)
    }
  return [...found]
    .map(([value, label]) => ({ value, label }))
    .sort((one, other) => one.label.localeCompare(other.label))
}

/** Outside of the ITIC curve. */
export const isSevere = ({ names }: PowerEvent): boolean => names !== null && names.itic !== 'inside'

/** Only what has a known depth and duration is a point: bounds are none. */
export const pointsOf = (events: readonly PowerEvent[]): readonly EventPoint[] =>
  events.flatMap((event) =>
    event.names === null || event.durationMs === null || event.extremePercent === null
      ? []
      : [
          {
            id: event.id,
            seconds: event.durationMs / 1000,
            percent: event.extremePercent,
            isSevere: isSevere(event),
          },
        ],
  )

import { z } from 'zod'
import type { CauseId } from './cause.ts'
import type { PatternMark, PatternRow } from './pattern-row.ts'
import { tryDerating, tryLimit, tryPhases, tryStaged, type Trial, type TrialIncident } from './trials.ts'

export const suggestionSchema = z.object({
  id: z.enum(['staged', 'phases', 'derating', 'rating', 'margin']),
  text: z.string(),
  /** What it would have done to incidents that are kept, newest first. */
  tried: z.array(z.object({ atMs: z.number(), says: z.string() })),
  /** Why nothing could be tried on what is kept, for a person; null: it was tried. */
  notTriedWhy: z.string().nullable(),
  /** Stretches of the record to play with another setting (control.whatIf). */
  replays: z.array(
    z.object({
      label: z.string(),
      fromMs: z.number(),
      toMs: z.number(),
      margin: z.number().optional(),
      rating: z.object({ circuitId: z.string(), factor: z.number() }).optional(),
    }),
  ),
})
export type Suggestion = Readonly<z.infer<typeof suggestionSchema>>

/** So many incidents a change is tried on, newest first, and this stretch of each is played, ms. */
const mostTried = 3
const playedBeforeMs = 15 * 60_000
const playedAfterMs = 10 * 60_000

interface Basis {
  readonly rows: readonly PatternRow[]
  readonly marks: readonly PatternMark[]
  readonly incidents: readonly TrialIncident[]
  readonly isTelling: (question: string) => boolean
}

const triedOn = (incidents: readonly TrialIncident[], run: (one: TrialIncident) => Trial | null): Trial[] =>
  incidents.flatMap((one) => run(one) ?? []).slice(0, mostTried)

const replaysOf = (
  incidents: readonly TrialIncident[],
  label: string,
  change: (one: TrialIncident) => Pick<Suggestion['replays'][number], 'margin' | 'rating'> | null,
): Suggestion['replays'] =>
  incidents
    .flatMap((one) => {
      const what = change(one)
      return what === null
        ? []
        : [{ label, fromMs: one.atMs - playedBeforeMs, toMs: one.atMs + playedAfterMs, ...what }]
    })
    .slice(0, 1)

/** What may be tried, each resting on rows or on causes that came twice, and each tried on what was recorded. */
export const suggestionsOf = ({ marks, incidents, isTelling }: Basis): readonly Suggestion[] => {
  const often = (cause: CauseId): boolean => marks.filter((mark) => mark.cause === cause).length >= 2
  const newest = [...incidents].sort((a, b) => b.atMs - a.atMs)
  const make = (
    id: Suggestion['id'],
    text: string,
    run: (one: TrialIncident) => Trial | null,
    why: string,
    replays: Suggestion['replays'] = [],
  ): Suggestion => {
    const tried = triedOn(newest, run)
    return { id, text, tried, notTriedWhy: tried.length === 0 ? why : null, replays }
  }
  const ratingReplay = replaysOf(newest, 'a breaker and limit one size (25 %) larger', ({ circuitId }) =>
    circuitId === null ? null : { rating: { circuitId, factor: 1.25 } },
  )
  return [
    ...(isTelling('After the supply came back') || isTelling('Three starts within a minute') || often('magnetic-inrush')
      ? [
          make(
            'staged',
            'Staged restart: let chargers begin one after the other, a few seconds apart',
            tryStaged,
            'no start of several chargers within 3 s is among the incidents that are kept',
          ),
        ]
      : []),
    ...(isTelling('Phase') || often('wrong-phase-map')
      ? [
          make(
            'phases',
            'Phase map: step the chargers one by one and turn some of them to the other phases',
            tryPhases,
            'the chargers’ currents by phase were not read, or turning them wins less than 1 A',
          ),
        ]
      : []),
    ...(often('warm-board')
      ? [
          make(
            'derating',
            'Derating: enter ambient and neighbours of the breaker in the site file, or give it air',
            tryDerating,
            'no thermal curve or too little current was read at the incidents that are kept',
          ),
        ]
      : []),
    ...(often('undersized-breaker') || often('thermal-overload')
      ? [
          make(
            'rating',
            'Rating or limit: a lower limit for this circuit, or a larger breaker where the cable allows it',
            tryLimit,
            'the load was never seen above the rating: a lower limit would have changed nothing',
            ratingReplay,
          ),
        ]
      : []),
    ...(often('load-management-lag')
      ? [
          make(
            'margin',
            'Settings: more margin below the limit, slower rise of limits',
            tryLimit,
            'the load was never seen above the rating',
            replaysOf(newest, 'a margin of 85 %', () => ({ margin: 0.85 })),
          ),
        ]
      : []),
  ]
}

import { refusal } from '../../../../shared/said/refusal.ts'
import { longestStretchMs, type whatIfContract } from '../../../../shared/api/what-if-contract.ts'
import type { ChargerAbilities } from '../../../../shared/charger/abilities.ts'
import { priceAt, tariffSlots } from '../../../../shared/planning/prices.ts'
import { siteCalendar } from '../../../../shared/planning/site-calendar.ts'
import type { Site, SiteCircuit } from '../../../../shared/site/site.ts'
import { checkedRange } from '../../api/checked-range.ts'
import type { Part } from '../../part.ts'
import type { Recorder } from '../../record/recorder.ts'
import { createRunClock, playClosedLoop, type LoopOutcome } from './closed-loop.ts'
import { ownSteering } from './steer.ts'
import { stretchOf, type Stretch } from './stretch.ts'

/** The newest decisions of the stretch that are read at once: a busy day of a middling site. */
const mostDecisions = 5000

interface Change {
  readonly margin?: number | undefined
  readonly strategy?: Site['control']['strategy'] | undefined
  readonly loopS?: number | undefined
  readonly rating?: { readonly circuitId: string; readonly factor: number } | undefined
}

const scaled = (circuit: SiteCircuit, factor: number): SiteCircuit => ({
  ...circuit,
  ...(circuit.limit === undefined ? {} : { limit: circuit.limit * factor }),
  ...(circuit.cable === undefined ? {} : { cable: circuit.cable * factor }),
  ...(circuit.breaker === undefined
    ? {}
    : { breaker: { ...circuit.breaker, rating: circuit.breaker.rating * factor } }),
})

/** "2026-11-29 07:32:47" by the clock of the site. */
const clockTimeOf = (timezone: string, atMs: number): string => {
  const format = (timeZone: string) =>
    new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(atMs)
  try {
    return format(timezone)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return `${format('UTC')} UTC`
  }
}

/** The site with other settings. Demand, dimming and plans are left out on both sides: they are of their own day. */
const changedSite = (site: Site, { margin, strategy, rating }: Change): Site => ({
  ...site,
  demand: undefined,
  dimming: undefined,
  control: {
    ...site.control,
    ...(margin === undefined ? {} : { margin }),
    ...(strategy === undefined ? {} : { strategy }),
  },
  circuits:
    rating === undefined
      ? site.circuits
      : site.circuits.map((circuit) => (circuit.id === rating.circuitId ? scaled(circuit, rating.factor) : circuit)),
})

export const createWhatIfPart = ({
  site,
  abilities,
  recorder,
  rest,
}: {
  readonly site: Site
  readonly abilities: ReadonlyMap<string, ChargerAbilities>
  readonly recorder: Pick<Recorder, 'decisions'>
  /** Resolves when everybody else has had a turn. */
  readonly rest: () => Promise<void>
}): Part<typeof whatIfContract> => {
  const calendar = siteCalendar(site.timezone)

  /** Rests after every few decisions: meters are read and chargers steered meanwhile. */
  const play = async (stretch: Stretch, change: Change): Promise<LoopOutcome> => {
    const other = changedSite(site, change)
    const clock = createRunClock(stretch.startMs)
    const prices = tariffSlots(
      site.tariff ?? { price: 0, periods: [] },
      stretch.startMs,
      stretch.startMs + stretch.seconds * 1000,
      calendar,
    )
    const playing = playClosedLoop(other, stretch, ownSteering(other, abilities, clock, change.loopS ?? 1), clock, {
      pricePerKWh: (second) => priceAt(prices, stretch.startMs + second * 1000) ?? 0,
      firstLimitA: 6,
    })
    for (let step = playing.next(); ; step = playing.next()) {
      if (step.done === true) return step.value
      await rest()
    }
  }

  return {
    name: 'what if',
    handlers: {
      'control.whatIf': async ({ fromMs, toMs, ...change }) => {
        const range = checkedRange({ fromMs, toMs })
        if (toMs - fromMs > longestStretchMs) throw refusal('stretch-too-long', {})
        const { rating } = change
        if (rating !== undefined && !site.circuits.some(({ id }) => id === rating.circuitId))
          throw refusal('no-circuit', rating)
        const decisions = await recorder.decisions(range, mostDecisions)
        if (decisions.length < 2) throw refusal('no-decisions-kept', {})
        const first = Math.min(...decisions.map(({ atMs }) => atMs))
        const stretch = stretchOf(site, decisions, first, toMs)
        // Both sides are played on the model, so that what the model leaves out is left out of both.
        const asIs = await play(stretch, {})
        return {
          asIs,
          changed: await play(stretch, change),
          basis: [
            `${decisions.length} decisions kept from ${clockTimeOf(site.timezone, first)} on: the load beside the chargers and who wanted to charge are theirs; between two of them nothing is known to have changed.`,
            'Both columns are played on the same model of cars (3 s until they follow, 4 A a second) and meters (1 s old): compare them with each other, not with what the meters counted.',
            ...(site.chargers.some(({ phaseSwitching }) => phaseSwitching?.phases === 'auto')
              ? [
                  'Chargers that may go between one phase and three do so by the same rules (4 s until their contactors have moved); each begins on three.',
                ]
              : []),
            'What a vehicle would have taken beyond what it was given nobody knows: it counts as taking what its charger and its phases can, or what it was seen to leave unused, for as long as it was connected.',
          ],
        }
      },
    },
  }
}

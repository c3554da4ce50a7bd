import { createDecider } from '../core/control/decide.ts'
import { controlledChargers } from '../core/control/controlled-charger.ts'
import { createRunClock, runClosedLoop, type Steering } from '../core/control/what-if/closed-loop.ts'
import type { LoadStep, Stretch } from '../core/control/what-if/stretch.ts'
import { currentKey } from '../core/derive/phase-keys.ts'
import { own } from '../../shared/own.ts'
import { circuitLimitA } from '../../shared/site/circuit-limit.ts'
import type { Site } from '../../shared/site/site.ts'
import { abilitiesOf, dayOf, parkSite, seededRandom } from './control-plant.ts'
import type { BenchOptions, BenchResult } from './result.ts'

const modes = ['off', 'slope', 'slope-and-starts'] as const
type Mode = (typeof modes)[number]
/** A reduction was right where without it a limit was exceeded within so long after it began (or was just being exceeded), s. */
const rightWithinS = 30
/** Reductions nearer to each other than this are one, s. */
const sameS = 20

/** The day of the control bench with loads that come by themselves: a lift (a step of 14 A) and a heat pump (18 A within 9 s). */
const spikyDay = (site: Site, seed: number, hours: number): Stretch => {
  const day = dayOf(site, seed, hours)
  const rnd = seededRandom(seed + 7)
  const extra = new Float64Array(day.seconds)
  const add = (fromS: number, lastsS: number, rampS: number, amperes: number): void => {
    for (let s = fromS; s < Math.min(day.seconds, fromS + lastsS); s += 1)
      extra[s] = (extra[s] ?? 0) + amperes * Math.min(1, (s - fromS + 1) / rampS)
  }
  for (let s = 60; s < day.seconds; s += 90 + Math.floor(rnd() * 300)) add(s, 8 + Math.floor(rnd() * 10), 1, 14)
  for (let s = 300; s < day.seconds; s += 900 + Math.floor(rnd() * 900)) add(s, 300, 9, 18)
  const steps = Array.from({ length: day.seconds }, (_, fromS): LoadStep => {
    const base = 40 + 15 * Math.sin((Math.PI * fromS) / day.seconds) + (extra[fromS] ?? 0)
    return { fromS, amperes: { L1: base + rnd(), L2: base + 4 + rnd(), L3: base + rnd() } }
  })
  // Every socket is taken by a car that is never full: what is left of the connection is always used.
  const cars = site.chargers.map(({ id, phases }) => ({
    chargerId: id,
    fromS: 0,
    toS: day.seconds,
    phases: [...phases],
    maximumA: 32,
    energyKWh: Infinity,
  }))
  return { ...day, cars, loads: new Map([['main', steps]]) }
}

interface Seen {
  readonly breaches: number
  readonly overAs: number
  readonly energyKWh: number
  /** Seconds in which a meter showed more than the limit, and in which a load ahead lowered a charger. */
  readonly overAt: ReadonlySet<number>
  readonly loweredAt: readonly number[]
}

const play = (mode: Mode, stretch: Stretch): Seen => {
  const site = parkSite({ ahead: mode })
  const clock = createRunClock(stretch.startMs)
  const decider = createDecider(site, controlledChargers(site, abilitiesOf(site)), clock)
  const overAt = new Set<number>()
  const loweredAt: number[] = []
  let given: Readonly<Record<string, number>> = {}
  const steering: Steering = {
    loopS: 1,
    step: (image, nowS) => {
      for (const circuit of site.circuits)
        for (const phase of circuit.phases) {
          const amperes = own(image.meters, circuit.meter ?? '')?.samples[currentKey[phase]]?.value ?? 0
          if (amperes > circuitLimitA(site, circuit)) overAt.add(nowS)
        }
      const { chargers } = decider.decide(image, true, () => ({
        trouble: null,
        override: null,
        feeding: null,
        ownLimit: null,
        heldA: null,
      }))
      const isLowered = Object.entries(chargers).some(
        ([id, { targetA, boundBy }]) => targetA < (own(given, id) ?? 0) && boundBy[0]?.kind === 'load-ahead',
      )
      if (isLowered && nowS - (loweredAt.at(-1) ?? -Infinity) > sameS) loweredAt.push(nowS)
      given = Object.fromEntries(Object.entries(chargers).map(([id, { targetA }]) => [id, targetA]))
      return given
    },
  }
  const { breaches, overAs, energyKWh } = runClosedLoop(site, stretch, steering, clock)
  return { breaches, overAs, energyKWh, overAt, loweredAt }
}

const isRight = (atS: number, overAt: ReadonlySet<number>): boolean =>
  Array.from({ length: rightWithinS + 3 }, (_, index) => atS - 2 + index).some((second) => overAt.has(second))

/** Breaches that did not happen because a load was seen coming, against reductions for loads that would not have mattered. */
export const run = async ({ isLong }: BenchOptions): Promise<BenchResult> => {
  const days = isLong ? 100 : 2
  const hours = isLong ? 10 : 0.5
  const stretches = Array.from({ length: days }, (_, index) => spikyDay(parkSite(), index + 1, hours))
  const seen = new Map(modes.map((mode) => [mode, stretches.map((stretch) => play(mode, stretch))]))
  const total = (mode: Mode, of: (one: Seen) => number) => (seen.get(mode) ?? []).reduce((sum, one) => sum + of(one), 0)
  const off = seen.get('off') ?? []
  const right = (mode: Mode) =>
    (seen.get(mode) ?? []).reduce(
      (sum, { loweredAt }, day) => sum + loweredAt.filter((atS) => isRight(atS, off[day]?.overAt ?? new Set())).length,
      0,
    )
  const table = modes.map((mode) => {
    const lowered = total(mode, ({ loweredAt }) => loweredAt.length)
    const avoided = total('off', ({ breaches }) => breaches) - total(mode, ({ breaches }) => breaches)
    return (
      `${mode.padEnd(18)} ${String(total(mode, ({ breaches }) => breaches)).padStart(6)} breaches, ${String(avoided).padStart(5)} avoided  ` +
      `${total(mode, ({ overAs }) => overAs).toFixed(0)} A s above limits  ` +
      `${lowered} reductions ahead, ${lowered - right(mode)} of them false  ${total(mode, ({ energyKWh }) => energyKWh).toFixed(0)} kWh`
    )
  })
  return {
    name: `Loads seen coming: breaches avoided against false reductions, ${days} simulated days of ${hours} h`,
    results: modes
      .filter((mode) => mode !== 'off')
      .map((mode) => {
        const share = total(mode, ({ overAs }) => overAs) / total('off', ({ overAs }) => overAs)
        return {
          label: `ampere-seconds above limits, ${mode} against off`,
          value: 100 * share,
          unit: '%',
          target: 'less than 100 %',
          met: share < 1,
        }
      }),
    table,
  }
}

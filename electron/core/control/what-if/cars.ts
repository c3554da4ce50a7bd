import type { ChargerReading } from '../../../../shared/model/image.ts'
import type { PhaseCount } from '../../../../shared/model/phase-switch.ts'
import { perPhase, type Phase } from '../../../../shared/model/phase.ts'
import { goodSample, missingSample } from '../../../../shared/model/sample.ts'
import { own } from '../../../../shared/own.ts'
import type { Site, SiteCharger } from '../../../../shared/site/site.ts'
import type { CarStay, Stretch } from './stretch.ts'
import type { Tally } from './tally.ts'

/** How cars and chargers of the model behave; editable assumptions after IEC 61851-1 and field figures. */
export interface Manners {
  /** From a limit to the moment the car begins to follow, s. */
  readonly delayS: number
  /** How fast it follows, A/s. */
  readonly slewA: number
  /** Age of a meter's reading when it is used, s. */
  readonly meterAgeS: number
}
export const usualManners: Manners = { delayS: 3, slewA: 4, meterAgeS: 1 }

interface Car {
  drawnA: number
  gotKWh: number
  stay: CarStay | null
  limitA: number
  /** On how many phases its charger is, or is going to be at `movedAtS`; meanwhile nothing flows. */
  on: PhaseCount
  movedAtS: number
  readonly told: { readonly atS: number; readonly limitA: number }[]
}

const statusOf = ({ stay, drawnA, gotKWh }: Car): NonNullable<ChargerReading['status']['value']> => {
  if (stay === null) return 'available'
  if (drawnA > 1) return 'charging'
  return gotKWh >= stay.energyKWh ? 'suspended' : 'ready'
}

/** From the order until the contactors of a charger are where they should be, s; editable assumption, as in the simulator. */
const movesS = 4

/** Where a current flows: the phases its vehicle uses and its charger has closed, the first of its terminals on one. */
const closed = ({ phases }: SiteCharger, { stay, on }: Car, phase: Phase): boolean =>
  stay?.phases.includes(phase) === true && (on === 3 || phase === phases[0])

const readingOf = (charger: SiteCharger, car: Car, atMs: number, isMoving: boolean): ChargerReading => ({
  status: { value: statusOf(car), code: null, quality: 'good', atMs },
  samples: {
    limit: goodSample(car.limitA, atMs),
    ...(charger.phaseSwitching === undefined
      ? {}
      : { phases: isMoving ? missingSample('refused', atMs) : goodSample(car.on, atMs) }),
  },
  siteCurrentA: perPhase((phase) =>
    charger.phases.includes(phase)
      ? goodSample(closed(charger, car, phase) ? car.drawnA : 0, atMs)
      : missingSample('absent', atMs),
  ),
})

/** The cars of a stretch at the chargers of a site: each follows its limit after its delay and no faster than it can. */
export const createCars = (
  site: Site,
  stretch: Stretch,
  manners: Manners,
  firstLimitA: number,
  tally: Pick<Tally, 'charged'>,
) => {
  const stays = new Map(site.chargers.map(({ id }) => [id, stretch.cars.filter(({ chargerId }) => chargerId === id)]))
  const cars = new Map(
    site.chargers.map(({ id }): [string, Car] => [
      id,
      { drawnA: 0, gotKWh: 0, stay: null, limitA: firstLimitA, on: 3, movedAtS: -Infinity, told: [] },
    ]),
  )
  const byId = new Map(site.chargers.map((charger) => [charger.id, charger]))
  // Not kept: a run of the model is no part of the site.
  let nowS = 0
  const phasesOf = (id: string, car: Car): number =>
    byId.get(id)?.phases.filter((phase) => closed(byId.get(id) as SiteCharger, car, phase)).length ?? 0
  const move = (id: string, car: Car, second: number, pricePerKWh: number): void => {
    const stay = (stays.get(id) ?? []).find(({ fromS, toS }) => second >= fromS && second < toS) ?? null
    if (stay !== car.stay) {
      car.stay = stay
      car.gotKWh = 0
    }
    while ((car.told[0]?.atS ?? Infinity) <= second) car.limitA = car.told.shift()?.limitA ?? car.limitA
    const isFull = stay === null || car.gotKWh >= stay.energyKWh
    const wantedA = isFull || car.limitA < 6 || second < car.movedAtS ? 0 : Math.min(stay.maximumA, car.limitA)
    const slewA = wantedA === 0 ? Infinity : manners.slewA
    car.drawnA += Math.max(-slewA, Math.min(slewA, wantedA - car.drawnA))
    const kWh = (car.drawnA * phasesOf(id, car) * site.grid.nominalVoltage) / 3.6e6
    car.gotKWh += kWh
    tally.charged(kWh, pricePerKWh)
  }
  return {
    move: (second: number, pricePerKWh: number): void => {
      nowS = second
      for (const [id, car] of cars) move(id, car, second, pricePerKWh)
    },
    /** Its contactors move: nothing flows until they have. */
    switchTo: (id: string, to: PhaseCount, second: number): void => {
      const car = cars.get(id)
      if (car !== undefined) Object.assign(car, { on: to, movedAtS: second + movesS, drawnA: 0 })
    },
    /** On a phase now, A. */
    drawnA: (id: string, phase: Phase): number => {
      const car = cars.get(id)
      const charger = byId.get(id)
      return car !== undefined && charger !== undefined && closed(charger, car, phase) ? car.drawnA : 0
    },
    readings: (atMs: number): Record<string, ChargerReading> =>
      Object.fromEntries(
        site.chargers.flatMap((charger) => {
          const car = cars.get(charger.id)
          return car === undefined ? [] : [[charger.id, readingOf(charger, car, atMs, nowS < car.movedAtS)] as const]
        }),
      ),
    tell: (limits: Readonly<Record<string, number>>, second: number): void => {
      for (const [id, car] of cars) {
        const limitA = own(limits, id)
        if (limitA !== undefined && limitA !== (car.told.at(-1)?.limitA ?? car.limitA))
          car.told.push({ atS: second + manners.delayS, limitA })
      }
    },
  }
}
export type Cars = ReturnType<typeof createCars>

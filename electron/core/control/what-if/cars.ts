import type { ChargerReading } from '../../../../shared/model/image.ts'
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
  readonly told: { readonly atS: number; readonly limitA: number }[]
}

const statusOf = ({ stay, drawnA, gotKWh }: Car): NonNullable<ChargerReading['status']['value']> => {
  if (stay === null) return 'available'
  if (drawnA > 1) return 'charging'
  return gotKWh >= stay.energyKWh ? 'suspended' : 'ready'
}

const readingOf = (charger: SiteCharger, car: Car, atMs: number): ChargerReading => ({
  status: { value: statusOf(car), code: null, quality: 'good', atMs },
  samples: { limit: goodSample(car.limitA, atMs) },
  siteCurrentA: perPhase((phase) =>
    charger.phases.includes(phase)
      ? goodSample(car.stay?.phases.includes(phase) === true ? car.drawnA : 0, atMs)
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
      { drawnA: 0, gotKWh: 0, stay: null, limitA: firstLimitA, told: [] },
    ]),
  )
  const move = (id: string, car: Car, second: number, pricePerKWh: number): void => {
    const stay = (stays.get(id) ?? []).find(({ fromS, toS }) => second >= fromS && second < toS) ?? null
    if (stay !== car.stay) {
      car.stay = stay
      car.gotKWh = 0
    }
    while ((car.told[0]?.atS ?? Infinity) <= second) car.limitA = car.told.shift()?.limitA ?? car.limitA
    const isFull = stay === null || car.gotKWh >= stay.energyKWh
    const wantedA = isFull || car.limitA < 6 ? 0 : Math.min(stay.maximumA, car.limitA)
    const slewA = wantedA === 0 ? Infinity : manners.slewA
    car.drawnA += Math.max(-slewA, Math.min(slewA, wantedA - car.drawnA))
    const kWh = (car.drawnA * (stay?.phases.length ?? 0) * site.grid.nominalVoltage) / 3.6e6
    car.gotKWh += kWh
    tally.charged(kWh, pricePerKWh)
  }
  return {
    move: (second: number, pricePerKWh: number): void => {
      for (const [id, car] of cars) move(id, car, second, pricePerKWh)
    },
    /** On a phase now, A. */
    drawnA: (id: string, phase: Phase): number => {
      const car = cars.get(id)
      return car?.stay?.phases.includes(phase) === true ? car.drawnA : 0
    },
    readings: (atMs: number): Record<string, ChargerReading> =>
      Object.fromEntries(
        site.chargers.flatMap((charger) => {
          const car = cars.get(charger.id)
          return car === undefined ? [] : [[charger.id, readingOf(charger, car, atMs)] as const]
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

import { createRandom, type Random } from '../random.ts'
import { createCar, type Car, type CarKind } from './car.ts'
import type { Charger } from './charger.ts'

export interface TrafficSettings {
  /** `share`: how often this kind comes, relative to the others. */
  readonly kinds: readonly (CarKind & { readonly share: number })[]
  /** Minutes a socket stays empty, and a car stays, from and to. */
  readonly emptyMin: readonly [number, number]
  readonly stayMin: readonly [number, number]
  /** kWh a car comes for, from and to. */
  readonly wantsKWh: readonly [number, number]
  /** Share of the sockets taken at the start. */
  readonly takenAtStart: number
}

const chooseKind = (kinds: TrafficSettings['kinds'], random: Random): CarKind => {
  let left = random.next() * kinds.reduce((sum, kind) => sum + kind.share, 0)
  return kinds.find((kind) => (left -= kind.share) < 0) ?? kinds[0] ?? { phases: 3, maximum: 16 }
}

/**
 * Cars that come and go at one socket. A car plugged by hand stays until it is unplugged by hand; then the socket stays
 * empty until `resume`.
 */
export const createTraffic = (charger: Charger, settings: TrafficSettings | null, seed: number) => {
  const random = createRandom(seed, `traffic ${charger.settings.id}`)
  const minutes = (range: readonly [number, number]) => random.between(...range) * 60
  let byHand = settings === null
  let changeAtS = settings === null ? Infinity : random.chance(settings.takenAtStart) ? 0 : minutes(settings.emptyMin)

  const arrive = (car: Car) => charger.plug(car)
  return {
    step: (timeS: number) => {
      if (byHand || settings === null || timeS < changeAtS) return
      if (charger.car() !== null) {
        charger.unplug()
        changeAtS = timeS + minutes(settings.emptyMin)
        return
      }
      const full = timeS === 0 ? random.next() : 0
      arrive(
        createCar(
          { ...chooseKind(settings.kinds, random), wantsKWh: random.between(...settings.wantsKWh) * (1 - 0.8 * full) },
          random,
        ),
      )
      // Those there at the start came at different times before it.
      changeAtS = timeS + minutes(settings.stayMin) * (1 - 0.9 * full)
    },
    plugByHand: (kind: CarKind, wantsKWh: number) => {
      byHand = true
      arrive(createCar({ ...kind, wantsKWh }, random))
    },
    unplugByHand: () => {
      byHand = true
      charger.unplug()
    },
    /** Cars come and go by themselves again. */
    resume: (timeS: number) => {
      if (settings === null) return false
      byHand = false
      changeAtS = timeS + minutes(charger.car() === null ? settings.emptyMin : settings.stayMin)
      return true
    },
  }
}
export type Traffic = ReturnType<typeof createTraffic>

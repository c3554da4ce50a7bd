import type { Image } from '../../shared/model/image.ts'
import { own } from '../../shared/own.ts'
import { circuitLimitA } from '../../shared/site/circuit-limit.ts'
import type { Site } from '../../shared/site/site.ts'
import { currentKey } from '../core/derive/phase-keys.ts'
import { pathOf } from '../core/control/controlled-charger.ts'
import type { Steering } from '../core/control/what-if/closed-loop.ts'

/**
 * Published control loops as models from their described behaviour (not their code): what they do in one loop with one image. All see the
 * same meters and steer the same cars. Each takes the worst phase of each circuit, as most of them do.
 */

/** Room on the worst phase of the tightest circuit above a charger, A: limit less what its meter shows. */
const roomOf = (site: Site, image: Image, chargerId: string): number => {
  const charger = site.chargers.find(({ id }) => id === chargerId)
  if (charger === undefined) return 0
  return Math.min(
    ...pathOf(site, charger.circuit).map((circuit) => {
      const samples = own(image.meters, circuit.meter ?? '')?.samples
      return Math.min(
        ...circuit.phases.map(
          (phase) => circuitLimitA(site, circuit) - Math.abs(samples?.[currentKey[phase]]?.value ?? 0),
        ),
      )
    }),
  )
}
const isThere = (image: Image, id: string): boolean => own(image.chargers, id)?.status.value !== 'available'
const drawn = (image: Image, id: string): number =>
  Math.max(0, ...Object.values(own(image.chargers, id)?.siteCurrentA ?? {}).map(({ value }) => value ?? 0))

/** Every second: the room of each circuit shared evenly among those that want it, minimum first (fair slices). */
export const fairSlices = (site: Site): Steering => ({
  loopS: 1,
  step: (image) => {
    const wanting = site.chargers.filter(({ id }) => isThere(image, id))
    return Object.fromEntries(
      site.chargers.map((charger) => {
        if (!wanting.includes(charger)) return [charger.id, 6]
        const peers = wanting.filter(({ circuit }) => circuit === charger.circuit)
        const share = Math.min(
          ...pathOf(site, charger.circuit).map((circuit) => {
            const sharing = wanting.filter((other) => pathOf(site, other.circuit).includes(circuit))
            const samples = own(image.meters, circuit.meter ?? '')?.samples
            return Math.min(
              ...circuit.phases.map((phase) => {
                const all = Math.abs(samples?.[currentKey[phase]]?.value ?? 0)
                const ofCars = sharing.reduce(
                  (sum, { id }) => sum + (own(image.chargers, id)?.siteCurrentA[phase].value ?? 0),
                  0,
                )
                return (circuitLimitA(site, circuit) - Math.max(0, all - ofCars)) / sharing.length
              }),
            )
          }),
        )
        return [
          charger.id,
          share < 6 ? (peers.indexOf(charger) === 0 ? 6 : 0) : Math.min(charger.maximum, Math.floor(share * 2) / 2),
        ]
      }),
    )
  },
})

/** Every two seconds: down at once by the whole difference, up by a quarter of it. */
export const quarterSteps = (site: Site): Steering => {
  const given = new Map(site.chargers.map(({ id }) => [id, 6]))
  return {
    loopS: 2,
    step: (image) => {
      const wanting = site.chargers.filter(({ id }) => isThere(image, id))
      for (const { id, maximum } of wanting) {
        const room = roomOf(site, image, id) / Math.max(1, wanting.length)
        const before = given.get(id) ?? 6
        const next = room < 0 ? before + room * 2 : before + room / 4
        given.set(id, Math.max(6, Math.min(maximum, next)))
      }
      return Object.fromEntries(given)
    },
  }
}

/** Every ten seconds, per phase with headroom, all chargers together. */
export const tenSeconds = (site: Site): Steering => {
  const given = new Map(site.chargers.map(({ id }) => [id, 6]))
  return {
    loopS: 10,
    step: (image) => {
      const wanting = site.chargers.filter(({ id }) => isThere(image, id))
      for (const { id, maximum } of wanting) {
        const room = roomOf(site, image, id) / Math.max(1, wanting.length)
        const next = Math.floor((given.get(id) ?? 6) + room)
        given.set(id, next < 6 ? 0 : Math.min(maximum, next))
      }
      return Object.fromEntries(given)
    },
  }
}

/** Every thirty seconds one charger: its limit becomes what it draws and the headroom of the worst phase. */
export const oneAtATime = (site: Site): Steering => {
  const given = new Map(site.chargers.map(({ id }) => [id, 6]))
  let turn = 0
  return {
    loopS: 30,
    step: (image) => {
      const wanting = site.chargers.filter(({ id }) => isThere(image, id))
      const charger = wanting[turn % Math.max(1, wanting.length)]
      turn += 1
      if (charger !== undefined) {
        const next = Math.floor(drawn(image, charger.id) + roomOf(site, image, charger.id))
        given.set(charger.id, next < 6 ? 0 : Math.min(charger.maximum, next))
      }
      return Object.fromEntries(given)
    },
  }
}

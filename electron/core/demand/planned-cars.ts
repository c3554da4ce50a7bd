import type { FlexibleCar, Plan } from '../../../shared/planning/plan.ts'
import type { PlanSlot, Target } from '../../../shared/planning/wants.ts'
import { controlLimitA, isRoot } from '../../../shared/site/circuit-limit.ts'
import type { Site } from '../../../shared/site/site.ts'

/** What the site may give its chargers at most, kW: the planner's coarse picture; the limits themselves are the decision's. */
export const siteKWOf = (site: Site): number => {
  const root = site.circuits.find(isRoot)
  const byCurrent = root === undefined ? 0 : (3 * site.grid.nominalVoltage * controlLimitA(site, root)) / 1000
  return Math.min(byCurrent, (site.grid.maximumPower ?? Infinity) / 1000) * site.control.margin
}

const kWPerAmpere = (site: Site, chargerId: string): number =>
  (site.grid.nominalVoltage * (site.chargers.find(({ id }) => id === chargerId)?.phases.length ?? 3)) / 1000

export const flexibleCars = (site: Site, targets: readonly Target[], nowMs: number): readonly FlexibleCar[] =>
  targets.flatMap(({ chargerId, energyKWh, gotKWh, departAtMs }) => {
    const charger = site.chargers.find(({ id }) => id === chargerId)
    const leftKWh = energyKWh - gotKWh
    if (charger === undefined || leftKWh <= 0 || departAtMs <= nowMs) return []
    const perAmpere = kWPerAmpere(site, chargerId)
    return [
      {
        chargerId,
        energyKWh: leftKWh,
        departAtMs,
        minimumKW: charger.minimum * perAmpere,
        maximumKW: charger.maximum * perAmpere,
        kWPerAmpere: perAmpere,
      },
    ]
  })

/** The plan as what each charger may have when. One that gets less than it needs is not held back at all. */
export const plansOf = (
  site: Site,
  plan: Plan,
  targets: readonly Target[],
): { readonly chargerId: string; readonly slots: PlanSlot[] }[] =>
  plan.cars
    .filter(
      ({ missingKWh, chargerId }) => missingKWh <= 0.01 && targets.some((target) => target.chargerId === chargerId),
    )
    .map(({ chargerId, kW }) => ({
      chargerId,
      slots: plan.slots
        .map(({ fromMs, toMs }, index) => ({
          fromMs,
          toMs,
          // A tenth more than planned, so that a car that takes a little longer is not short at the end. Editable assumption.
          limitA: (1.1 * (kW[index] ?? 0)) / kWPerAmpere(site, chargerId),
        }))
        .slice(0, 500),
    }))

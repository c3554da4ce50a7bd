import type { DemandState } from '../../../shared/planning/demand-state.ts'
import { planCharging, type Plan } from '../../../shared/planning/plan.ts'
import { tariffSlots, withTariff, type PriceSlot } from '../../../shared/planning/prices.ts'
import { siteCalendar } from '../../../shared/planning/site-calendar.ts'
import type { DemandParts } from './demand-parts.ts'
import { flexibleCars, plansOf, siteKWOf } from './planned-cars.ts'

/** A plan that is followed is made anew this often: cars charge otherwise than planned. Editable assumption. */
const replanMs = 300_000
const hourMs = 3_600_000
/** Prices are shown and planned with this far ahead. */
const horizonMs = 48 * hourMs

export interface Prices {
  readonly slots: readonly PriceSlot[]
  readonly from: string
}

/** Prices and the plan that is made by them; whether it is followed. */
export const createChargingPlan = (parts: DemandParts) => {
  const { site, now, kept } = parts
  const calendar = siteCalendar(site.timezone)
  // Not kept in the site: prices and whether a plan is followed are the screen's affair; what follows from them enters the fold as a want.
  let prices = (kept?.get('prices') as Prices | undefined) ?? null
  let isApplied = false
  let plannedMs = -Infinity

  const pricesNow = (): Prices => {
    const fromMs = now() - hourMs
    const { tariff } = site
    const ofTariff = tariff === undefined ? [] : tariffSlots(tariff, fromMs, now() + horizonMs, calendar)
    if (prices === null)
      return {
        slots: ofTariff,
        from:
          tariff === undefined ? 'none: no tariff is declared and no price file was read' : "the site file's tariff",
      }
    const ahead = prices.slots.filter(({ toMs }) => toMs > fromMs)
    return { slots: withTariff(ahead, ofTariff), from: prices.from }
  }
  const plan = (): Plan =>
    planCharging({
      nowMs: now(),
      cars: flexibleCars(site, parts.state().targets, now()),
      prices: pricesNow().slots,
      siteKW: siteKWOf(site),
    })
  /** Gives the fold the plan as it is made now, or takes it back. */
  const follow = async (who: string): Promise<DemandState> => {
    plannedMs = now()
    const plans = isApplied ? plansOf(site, plan(), parts.state().targets) : null
    return parts.want({ want: { kind: 'plan', plans }, who })
  }
  const followIfApplied = async (who: string): Promise<void> => {
    if (isApplied) await follow(who)
  }
  return {
    plan,
    pricesNow,
    isApplied: () => isApplied,
    isDue: () => isApplied && now() - plannedMs >= replanMs,
    follow: followIfApplied,
    apply: async (wanted: boolean, who: string): Promise<void> => {
      isApplied = wanted
      await follow(who)
    },
    setPrices: async (set: Prices, who: string): Promise<void> => {
      prices = set
      kept?.set('prices', set)
      await followIfApplied(who)
    },
  }
}
export type ChargingPlan = ReturnType<typeof createChargingPlan>

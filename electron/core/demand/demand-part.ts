import type { demandContract } from '../../../shared/api/demand-contract.ts'
import type { Handlers } from '../../../shared/api/define.ts'
import { demandMoney } from '../../../shared/planning/demand.ts'
import { priceAt, readPrices } from '../../../shared/planning/prices.ts'
import { refusal } from '../../../shared/said/refusal.ts'
import type { Part } from '../part.ts'
import type { Stop } from '../ports.ts'
import { lastIntervals, recordedPeak } from './billed-intervals.ts'
import { createChargingPlan, type ChargingPlan } from './charging-plan.ts'
import type { DemandParts } from './demand-parts.ts'
import { createDimmingWatch } from './dimming-watch.ts'

type DemandHandlers = Handlers<typeof demandContract>

const noteOf =
  ({ audit, now }: DemandParts) =>
  (who: string, action: string, subject: string, detail: Record<string, unknown>): Promise<unknown> =>
    audit({ atMs: now(), who, action, subject, detail })

const read =
  (
    { site, recorder, now, ...parts }: DemandParts,
    { pricesNow, isApplied }: ChargingPlan,
  ): DemandHandlers['demand.read'] =>
  async () => {
    const state = parts.state()
    const { slots, from } = pricesNow()
    const charge = site.demand?.charge ?? null
    const { demand } = state
    const peakW = demand?.monthPeakW ?? null
    return {
      ...state,
      atMs: now(),
      currency: site.demand?.currency ?? 'EUR',
      charge,
      peakMoney: charge === null || peakW === null ? null : demandMoney(peakW, charge),
      predictedMoney:
        charge === null || demand === null ? null : demandMoney(Math.max(peakW ?? 0, demand.predictedW), charge),
      prices: [...slots],
      pricesFrom: from,
      isPlanApplied: isApplied(),
      intervals: [...(await lastIntervals(site, recorder, now()))],
    }
  }

const setPrices =
  (parts: DemandParts, plan: ChargingPlan): DemandHandlers['demand.setPrices'] =>
  async ({ name, text, who, reason }) => {
    const made = readPrices(text)
    if (!made.ok) throw refusal('prices-unreadable', { fileName: name, why: made.why })
    const { slots, notes } = made
    await noteOf(parts)(who, 'prices', parts.site.id, { name, slots: slots.length, reason })
    await plan.setPrices({ slots, from: name }, who)
    const gap =
      priceAt(slots, parts.now()) === null ? ['it has no price for now: the tariff counts until it begins'] : []
    return { prices: [...slots], notes: [...notes, ...gap] }
  }

const handlersOf = (parts: DemandParts, plan: ChargingPlan): DemandHandlers => {
  const { site, now, want } = parts
  const note = noteOf(parts)
  return {
    'demand.read': read(parts, plan),
    'demand.setTarget': async ({ chargerId, target, who, reason }) => {
      if (!site.chargers.some(({ id }) => id === chargerId)) throw refusal('no-charger', { chargerId })
      if (target !== null && target.departAtMs <= now()) throw refusal('departure-over', {})
      await note(who, 'target', chargerId, { target, reason })
      const state = await want({ want: { kind: 'target', chargerId, target }, who })
      await plan.follow(who)
      return state
    },
    'demand.dim': async ({ isDimmed, who, reason }) => {
      if (site.dimming === undefined) throw refusal('no-dimming', {})
      await note(who, isDimmed ? 'dim' : 'dim-end', site.id, { reason })
      return want({ want: { kind: 'dim', isDimmed }, who })
    },
    'demand.setPrices': setPrices(parts, plan),
    'demand.plan': () => {
      const made = plan.plan()
      return {
        ...made,
        slots: made.slots.map((slot) => ({ ...slot })),
        cars: made.cars.map((car) => ({ ...car, kW: [...car.kW] })),
      }
    },
    'demand.applyPlan': async ({ isApplied, who, reason }) => {
      await note(who, isApplied ? 'plan' : 'plan-end', site.id, { reason })
      await plan.apply(isApplied, who)
      return { isApplied }
    },
  }
}

/** What looks at the grid operator's file, with every image; null: there is none. */
const dimmingLook = ({ site, log, now, want, readDimming }: DemandParts): (() => void) | null => {
  if (readDimming === undefined) return null
  const watch = createDimmingWatch({
    ...{ site, log, now },
    read: readDimming,
    want: (wanted) => want({ want: wanted, who: 'grid operator' }),
  })
  const failed = (error: unknown): void =>
    log.error('the file of the grid operator could not be followed', { error: String(error) })
  return () => {
    watch.look().catch(failed)
  }
}

/**
 * Demand, tariff and planner beside the site: reads what the fold knows, keeps prices, and gives the fold plans as wishes. The month's peak of
 * earlier runs comes from the record's fifteen-minute energies.
 */
export const createDemandPart = (parts: DemandParts): Part<typeof demandContract> => {
  const { site, log, recorder, now } = parts
  const plan = createChargingPlan(parts)
  const lookAtDimming = dimmingLook(parts)
  let stop: Stop | null = null
  const restorePeak = async (): Promise<void> => {
    const peak = await recordedPeak(site, recorder, now())
    if (peak !== null) await parts.want({ want: { kind: 'month-peak', ...peak }, who: 'tripscope' })
  }
  const failed = (error: unknown): void => log.error('the planner failed', { error: String(error) })
  return {
    name: 'demand and tariff',
    start: () => {
      restorePeak().catch(failed)
      stop = parts.images(() => {
        if (plan.isDue()) plan.follow('planner').catch(failed)
        lookAtDimming?.()
      })
    },
    stop: () => {
      stop?.()
    },
    handlers: handlersOf(parts, plan),
  }
}

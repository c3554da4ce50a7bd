import { refusal } from '../../../shared/said/refusal.ts'
import type { demandContract } from '../../../shared/api/demand-contract.ts'
import { Refusal } from '../../../shared/api/define.ts'
import type { AuditRow } from '../../../shared/model/event.ts'
import type { Image } from '../../../shared/model/image.ts'
import { demandMoney } from '../../../shared/planning/demand.ts'
import type { DemandState } from '../../../shared/planning/demand-state.ts'
import { planCharging, type Plan } from '../../../shared/planning/plan.ts'
import { priceAt, readPrices, tariffSlots, type PriceSlot } from '../../../shared/planning/prices.ts'
import { createMonthOf } from '../../../shared/planning/month.ts'
import type { Want } from '../../../shared/planning/wants.ts'
import type { Site } from '../../../shared/site/site.ts'
import { siteCalendar } from '../../../shared/planning/site-calendar.ts'
import type { Part } from '../part.ts'
import type { Log, Recorder, Stop } from '../ports.ts'
import { billedMeter } from './demand-meter.ts'
import { flexibleCars, plansOf, siteKWOf } from './planned-cars.ts'

/** A plan that is followed is made anew this often: cars charge otherwise than planned. Editable assumption. */
const replanMs = 300_000
const hourMs = 3_600_000
/** Prices are shown and planned with this far ahead. */
const horizonMs = 48 * hourMs

interface Prices {
  readonly slots: readonly PriceSlot[]
  readonly from: string
}

/**
 * Demand, tariff and planner beside the site: reads what the fold knows, keeps prices, and gives the fold plans as wishes. The month's peak of
 * earlier runs comes from the record's fifteen-minute energies.
 */
export const createDemandPart = (parts: {
  readonly site: Site
  readonly log: Log
  readonly recorder: Pick<Recorder, 'intervals'>
  readonly audit: (row: Omit<AuditRow, 'seq' | 'hash'>) => Promise<unknown>
  readonly state: () => DemandState
  readonly want: (input: { readonly want: Want; readonly who: string }) => Promise<DemandState>
  readonly images: (listener: (image: Image) => void) => Stop
  readonly now: () => number
  /** What a core leaves to the one after it (prices of a file). */
  readonly kept?: Map<string, unknown> | undefined
}): Part<typeof demandContract> => {
  const { site, log, recorder, now } = parts
  const calendar = siteCalendar(site.timezone)
  // Not kept in the site: prices and whether a plan is followed are the screen's affair; what follows from them enters the fold as a want.
  let prices = (parts.kept?.get('prices') as Prices | undefined) ?? null
  let isApplied = false
  let plannedMs = -Infinity
  let stop: Stop | null = null

  const pricesNow = (): Prices => {
    const fromMs = now() - hourMs
    const ofTariff = tariffSlots(site.tariff ?? { price: 0, periods: [] }, fromMs, now() + horizonMs, calendar)
    if (prices === null)
      return { slots: ofTariff, from: site.tariff === undefined ? 'no tariff declared' : "the site file's tariff" }
    const { slots } = prices
    const lastMs = slots.at(-1)?.toMs ?? 0
    return {
      slots: [...slots.filter(({ toMs }) => toMs > fromMs), ...ofTariff.filter(({ fromMs: at }) => at >= lastMs)],
      from: prices.from,
    }
  }

  const plan = (): Plan =>
    planCharging({
      nowMs: now(),
      cars: flexibleCars(site, parts.state().targets, now()),
      prices: pricesNow().slots,
      siteKW: siteKWOf(site),
    })

  const follow = async (who: string): Promise<void> => {
    plannedMs = now()
    await parts.want({
      want: { kind: 'plan', plans: isApplied ? plansOf(site, plan(), parts.state().targets) : null },
      who,
    })
  }

  const note = (who: string, action: string, subject: string, detail: Record<string, unknown>): Promise<unknown> =>
    parts.audit({ atMs: now(), who, action, subject, detail })

  const restorePeak = async (): Promise<void> => {
    const meterId = billedMeter(site)
    if (site.demand === undefined || meterId === null || site.demand.interval !== 900) return
    const monthOf = createMonthOf(site.timezone)
    const rows = await recorder.intervals(
      meterId,
      900,
      { fromMs: now() - 31 * 24 * hourMs, toMs: now() },
      { limit: 3000, from: 'newest', quantities: [] },
    )
    const peak = rows
      .filter(({ startMs, importKwh }) => importKwh !== null && monthOf(startMs) === monthOf(now()))
      .map(({ startMs, importKwh }) => ({ watts: ((importKwh ?? 0) * 3.6e6) / 900, atMs: startMs }))
      .sort((one, other) => other.watts - one.watts)[0]
    if (peak !== undefined) await parts.want({ want: { kind: 'month-peak', ...peak }, who: 'tripscope' })
  }

  const lastIntervals = async () => {
    const meterId = billedMeter(site)
    if (meterId === null) return []
    const rows = await recorder.intervals(
      meterId,
      900,
      { fromMs: now() - 12 * hourMs, toMs: now() },
      { limit: 60, from: 'newest', quantities: [] },
    )
    return rows
      .flatMap(({ startMs, importKwh }) => (importKwh === null ? [] : [{ startMs, watts: (importKwh * 3.6e6) / 900 }]))
      .sort((one, other) => one.startMs - other.startMs)
  }

  const failed = (error: unknown): void => log.error('the planner failed', { error: String(error) })

  return {
    name: 'demand and tariff',
    start: () => {
      restorePeak().catch(failed)
      stop = parts.images(() => {
        if (isApplied && now() - plannedMs >= replanMs) follow('planner').catch(failed)
      })
    },
    stop: () => {
      stop?.()
    },
    handlers: {
      'demand.read': async () => {
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
          isPlanApplied: isApplied,
          intervals: await lastIntervals(),
        }
      },
      'demand.setTarget': async ({ chargerId, target, who, reason }) => {
        if (!site.chargers.some(({ id }) => id === chargerId)) throw refusal('no-charger', { chargerId })
        if (target !== null && target.departAtMs <= now()) throw refusal('departure-over', {})
        await note(who, 'target', chargerId, { target, reason })
        const state = await parts.want({ want: { kind: 'target', chargerId, target }, who })
        if (isApplied) await follow(who)
        return state
      },
      'demand.dim': async ({ isDimmed, who, reason }) => {
        if (site.dimming === undefined) throw refusal('no-dimming', {})
        await note(who, isDimmed ? 'dim' : 'dim-end', site.id, { reason })
        return parts.want({ want: { kind: 'dim', isDimmed }, who })
      },
      'demand.setPrices': async ({ name, text, who, reason }) => {
        const read = readPrices(text)
        if (!read.ok) throw new Refusal(`${name}: ${read.why}`)
        await note(who, 'prices', site.id, { name, slots: read.slots.length, reason })
        prices = { slots: read.slots, from: name }
        parts.kept?.set('prices', prices)
        if (isApplied) await follow(who)
        const gap =
          priceAt(read.slots, now()) === null ? ['it has no price for now: the tariff counts until it begins'] : []
        return { prices: [...read.slots], notes: [...read.notes, ...gap] }
      },
      'demand.plan': () => {
        const made = plan()
        return {
          ...made,
          slots: made.slots.map((slot) => ({ ...slot })),
          cars: made.cars.map((car) => ({ ...car, kW: [...car.kW] })),
        }
      },
      'demand.applyPlan': async ({ isApplied: wanted, who, reason }) => {
        await note(who, wanted ? 'plan' : 'plan-end', site.id, { reason })
        isApplied = wanted
        await follow(who)
        return { isApplied }
      },
    },
  }
}

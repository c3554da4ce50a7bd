import type { PriceSlot } from './prices.ts'

/** One vehicle that can wait: it needs `energyKWh` until it leaves. */
export interface FlexibleCar {
  readonly chargerId: string
  readonly energyKWh: number
  readonly departAtMs: number
  readonly minimumKW: number
  readonly maximumKW: number
  /** kW of one ampere on its phases. */
  readonly kWPerAmpere: number
}
export interface PlanInput {
  readonly nowMs: number
  readonly cars: readonly FlexibleCar[]
  readonly prices: readonly PriceSlot[]
  /** What all of them may have together, kW. */
  readonly siteKW: number
  readonly slotMs?: number
}

export interface PlannedSlot {
  readonly fromMs: number
  readonly toMs: number
  /** null: no price is known. */
  readonly perKWh: number | null
  readonly kW: number
  readonly naiveKW: number
}
export interface CarPlan {
  readonly chargerId: string
  /** Power of each slot, kW. */
  readonly kW: readonly number[]
  /** A last slot at the minimum may give a little more than asked for. */
  readonly plannedKWh: number
  readonly missingKWh: number
  /** null: of some of it no price is known. */
  readonly money: number | null
  readonly naiveMoney: number | null
}
export interface Plan {
  readonly slots: readonly PlannedSlot[]
  readonly cars: readonly CarPlan[]
  readonly money: number | null
  /** What the same energy costs when everybody charges at once, in the order of arrival. */
  readonly naiveMoney: number | null
  readonly missingKWh: number
}

const quarterMs = 900_000

interface Slot {
  readonly fromMs: number
  readonly toMs: number
  readonly hours: number
  readonly perKWh: number | null
}

const slotsUntil = (nowMs: number, endMs: number, prices: readonly PriceSlot[], slotMs: number): readonly Slot[] => {
  const slots: Slot[] = []
  for (let fromMs = nowMs; fromMs < endMs;) {
    const toMs = Math.min(endMs, (Math.floor(fromMs / slotMs) + 1) * slotMs)
    const middle = (fromMs + toMs) / 2
    const perKWh = prices.find((price) => middle >= price.fromMs && middle < price.toMs)?.perKWh ?? null
    slots.push({ fromMs, toMs, hours: (toMs - fromMs) / 3_600_000, perKWh })
    fromMs = toMs
  }
  return slots
}

/** Takes slots in the given order, as much as car and site have left; answers what is still missing, kWh. */
const take = (
  car: FlexibleCar,
  order: readonly number[],
  slots: readonly Slot[],
  leftKW: number[],
  kW: number[],
): number => {
  let needed = car.energyKWh - slots.reduce((sum, slot, index) => sum + (kW[index] ?? 0) * slot.hours, 0)
  for (const index of order) {
    const slot = slots[index]
    if (slot === undefined || slot.toMs > car.departAtMs || needed <= 1e-9) continue
    const already = kW[index] ?? 0
    const room = Math.min(car.maximumKW - already, leftKW[index] ?? 0)
    const wanted = Math.max(needed / slot.hours, already > 0 ? 0 : car.minimumKW)
    const given = Math.min(room, wanted)
    if (already + given < car.minimumKW - 1e-9) continue
    kW[index] = already + given
    leftKW[index] = (leftKW[index] ?? 0) - given
    needed -= given * slot.hours
  }
  return Math.max(0, needed)
}

/** null: a part of it falls into time without a price. */
const moneyOf = (kW: readonly number[], slots: readonly Slot[]): number | null => {
  let sum = 0
  for (const [index, { hours, perKWh }] of slots.entries()) {
    const power = kW[index] ?? 0
    if (power > 0 && perKWh === null) return null
    sum += power * hours * (perKWh ?? 0)
  }
  return sum
}

/** Dearer than any price: finite, so that two without one are equal. */
const unpriced = 1e9
const priceOf = (slot: Slot | undefined): number => slot?.perKWh ?? unpriced

/** Slack first: who has the least time to spare chooses its slots before the others. */
const bySlack = (nowMs: number) => (one: FlexibleCar, other: FlexibleCar) => {
  const slack = ({ departAtMs, energyKWh, maximumKW }: FlexibleCar) =>
    departAtMs - nowMs - (energyKWh / maximumKW) * 3_600_000
  return slack(one) - slack(other) || (one.chargerId < other.chargerId ? -1 : 1)
}

/**
 * Shifts charging into cheap slots before each departure: the car with least time to spare first, each into its cheapest slots that car
 * and site have left, equal prices as early as may be. A wish: what it gives a charger is a ceiling, every limit of the site comes
 * before it, and when a car reaches its departure it is not held back any more. The naive way beside it: everybody at once, at full power.
 * Time without a price comes after all that has one; without any price the order of departures is all there is to plan by, and money is not known.
 */
export const planCharging = ({ nowMs, cars, prices, siteKW, slotMs = quarterMs }: PlanInput): Plan => {
  const endMs = cars.reduce((latest, { departAtMs }) => Math.max(latest, departAtMs), nowMs)
  const slots = slotsUntil(nowMs, endMs, prices, slotMs)
  const early = slots.map((_, index) => index)
  const cheap = [...early].sort((one, other) => priceOf(slots[one]) - priceOf(slots[other]) || one - other)
  const share = (order: readonly number[]) => {
    const leftKW = slots.map(() => siteKW)
    return new Map(
      [...cars].sort(bySlack(nowMs)).map((car) => {
        const kW = slots.map(() => 0)
        return [car.chargerId, { kW, missing: take(car, order, slots, leftKW, kW) }] as const
      }),
    )
  }
  const planned = share(cheap)
  const naive = share(early)
  const plans = cars.map((car): CarPlan => {
    const { kW, missing } = planned.get(car.chargerId) ?? { kW: [], missing: car.energyKWh }
    return {
      chargerId: car.chargerId,
      kW,
      plannedKWh: slots.reduce((sum, slot, index) => sum + (kW[index] ?? 0) * slot.hours, 0),
      missingKWh: missing,
      money: moneyOf(kW, slots),
      naiveMoney: moneyOf(naive.get(car.chargerId)?.kW ?? [], slots),
    }
  })
  const sum = (pick: (plan: CarPlan) => number) => plans.reduce((total, plan) => total + pick(plan), 0)
  const sumMoney = (pick: (plan: CarPlan) => number | null) =>
    plans.reduce<number | null>((total, plan) => {
      const part = pick(plan)
      return total === null || part === null ? null : total + part
    }, 0)
  const at = (all: ReadonlyMap<string, { kW: readonly number[] }>, index: number) =>
    [...all.values()].reduce((total, { kW }) => total + (kW[index] ?? 0), 0)
  return {
    slots: slots.map(({ fromMs, toMs, perKWh }, index) => ({
      fromMs,
      toMs,
      perKWh,
      kW: at(planned, index),
      naiveKW: at(naive, index),
    })),
    cars: plans,
    money: sumMoney(({ money }) => money),
    naiveMoney: sumMoney(({ naiveMoney }) => naiveMoney),
    missingKWh: sum(({ missingKWh }) => missingKWh),
  }
}

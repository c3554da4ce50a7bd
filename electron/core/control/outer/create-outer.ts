import { sayA } from '../../../../shared/allocation/bounds.ts'
import type { AllocationPower } from '../../../../shared/allocation/problem.ts'
import type { Image } from '../../../../shared/model/image.ts'
import type { Want } from '../../../../shared/planning/wants.ts'
import { own } from '../../../../shared/own.ts'
import { isRoot } from '../../../../shared/site/circuit-limit.ts'
import type { Site } from '../../../../shared/site/site.ts'
import { createDemandMeter, type DemandNow } from '../../demand/demand-meter.ts'
import type { Clock } from '../../ports.ts'
import { forgetful, type Memory } from '../../site/memory.ts'
import type { ChargerView } from '../charger-watch.ts'
import { createAhead } from './ahead.ts'
import { strategyAt } from '../strategy-at.ts'
import type { Outer, PhaseLimit } from './outer.ts'
import { surplusW } from './surplus.ts'
import { thermalLimits } from './thermal-limits.ts'
import { createWants } from './wants.ts'

const kW = (watts: number): string => `${(watts / 1000).toFixed(1)} kW`

/**
 * Everything beside the tree that narrows a decision, each as one constraint: what is left of a demand interval, dimming by the grid
 * operator, the thermal images that a person switched on, loads about to start, plans and surplus; and who needs how much by when.
 */
export const createOuter = (site: Site, wall: Clock, memory: Memory = forgetful) => {
  const meter = createDemandMeter(site, memory)
  const wants = createWants(site, memory)
  const ahead = createAhead(site, memory)
  const state = memory.keep('outer', { demand: null as DemandNow | null })
  const root = site.circuits.find(isRoot)
  const demandNode =
    site.circuits.find((circuit) => circuit.meter !== undefined && circuit.meter === site.demand?.meter) ?? root

  const powersOf = (demand: DemandNow | null): readonly AllocationPower[] => {
    const dimming = wants.dimming()
    const powers: AllocationPower[] = []
    if (demandNode !== undefined && demand !== null && demand.allowedW !== null && demand.targetW !== null)
      powers.push({
        nodeId: demandNode.id,
        kind: 'demand-interval',
        maximumVA: Math.max(0, demand.allowedW) * site.control.margin,
        countsOther: true,
        label:
          demand.allowedW < 0
            ? `demand target of ${kW(demand.targetW)}, which this interval has missed`
            : `demand target of ${kW(demand.targetW)}, ${kW(demand.allowedW)} for the rest of the interval`,
      })
    if (root !== undefined && dimming?.isDimmed === true)
      powers.push({
        nodeId: root.id,
        kind: 'dimming',
        maximumVA: dimming.allowedW,
        countsOther: false,
        label: `dimmed by ${dimming.source} to ${kW(dimming.allowedW)} for ${dimming.devices} chargers`,
      })
    return powers
  }

  const plannedOf = (views: readonly ChargerView[], image: Image, utcMs: number): Outer['planned'] => {
    const planned = new Map<string, { limitA: number; why: string; kind: 'plan' | 'surplus' }>()
    const sunny = views.filter(({ charger }) => strategyAt(site, charger.circuitId).strategy === 'surplus')
    const leftW = sunny.length === 0 ? null : surplusW(site, image, sunny)
    const taking = sunny.filter(({ wants: isThere }) => isThere)
    for (const { charger, activePhases } of sunny) {
      const share = (leftW ?? 0) / Math.max(1, taking.length) / site.grid.nominalVoltage / activePhases.length
      planned.set(charger.id, {
        limitA: share,
        kind: 'surplus',
        why: leftW === null ? 'the surplus is not measured' : `of ${kW(leftW)} surplus ${sayA(share)} are its share`,
      })
    }
    for (const { charger } of views) {
      const slot = wants.slotOf(charger.id, utcMs)
      if (slot === null || slot.limitA >= charger.maximumA || planned.has(charger.id)) continue
      planned.set(charger.id, { limitA: slot.limitA, kind: 'plan', why: `the plan gives it ${sayA(slot.limitA)} now` })
    }
    return planned
  }

  const neededOf = (views: readonly ChargerView[], utcMs: number): ReadonlyMap<string, number> =>
    new Map(
      wants.targets().flatMap(({ chargerId, energyKWh, gotKWh, departAtMs }) => {
        const view = views.find(({ charger }) => charger.id === chargerId)
        if (view === undefined) return []
        const hours = Math.max(1 / 60, (departAtMs - utcMs) / 3.6e6)
        const kilowatts = Math.max(0, energyKWh - gotKWh) / hours
        const perAmpere = (site.grid.nominalVoltage * Math.max(1, view.countedOn.length)) / 1000
        return [[chargerId, kilowatts / perAmpere] as const]
      }),
    )

  const tightest = (
    one: ReadonlyMap<string, Readonly<Partial<Record<string, PhaseLimit>>>>,
    other: Outer['phaseLimits'],
  ): Outer['phaseLimits'] => {
    const limits = new Map<string, Partial<Record<string, PhaseLimit>>>(other)
    for (const [id, phases] of one) {
      const merged: Partial<Record<string, PhaseLimit>> = { ...limits.get(id) }
      for (const [phase, limit] of Object.entries(phases)) {
        const before = own(merged, phase)
        if (limit !== undefined && (before === undefined || limit.limitA < before.limitA)) merged[phase] = limit
      }
      limits.set(id, merged)
    }
    return limits
  }

  return {
    /** Once a decision, after the chargers were looked at. */
    step: (image: Image, views: readonly ChargerView[], lowered: Outer['phaseLimits'] = new Map()): Outer => {
      const utcMs = wall.nowMs()
      wants.step(image, views, utcMs)
      state.demand = meter.step(image, utcMs)
      const thermal = thermalLimits(site, image)
      return {
        powers: powersOf(state.demand),
        phaseLimits: tightest(lowered, tightest(ahead.step(image, utcMs, thermal), thermal)),
        planned: plannedOf(views, image, utcMs),
        neededA: neededOf(views, utcMs),
        notes: [],
      }
    },
    want: (want: Want, who: string): void => {
      if (want.kind === 'month-peak') meter.restorePeak(want.watts, want.atMs)
      else wants.want(want, who, wall.nowMs())
    },
    demand: (): DemandNow | null => state.demand,
    wants,
  }
}
export type OuterState = ReturnType<typeof createOuter>

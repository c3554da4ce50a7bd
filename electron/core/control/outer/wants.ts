import type { DimmingState, PlanSlot, Target, Want } from '../../../../shared/planning/wants.ts'
import { dimmedPowerW } from '../../../../shared/planning/demand.ts'
import type { Image } from '../../../../shared/model/image.ts'
import { own } from '../../../../shared/own.ts'
import type { Site } from '../../../../shared/site/site.ts'
import { forgetful, type Memory } from '../../site/memory.ts'
import { drawnA, type ChargerView } from '../charger-watch.ts'

/** Time between two images that is counted as charged through, ms: more is a standstill nobody saw. */
const longestStepMs = 2500

/**
 * What is wanted beside limits: energy by a departure, dimming by the grid operator, and the planner's slots. Kept with the site, so that a
 * record plays the same; each thing ends by itself (the vehicle leaves, its time is over, the input falls).
 */
export const createWants = (site: Site, memory: Memory = forgetful) => {
  const state = memory.keep('wants', {
    targets: new Map<string, Target>(),
    plans: new Map<string, readonly PlanSlot[]>(),
    dimming: null as DimmingState | null,
    isToldDimmed: null as { readonly who: string; readonly isDimmed: boolean } | null,
    lastMs: null as number | null,
  })
  const name = (meterId: string): string => site.meters.find(({ id }) => id === meterId)?.name ?? meterId

  /** How many controllable devices the rule counts: chargers above 4.2 kW. */
  const devices = site.chargers.filter(
    ({ maximum, phases }) => maximum * phases.length * site.grid.nominalVoltage > 4200,
  ).length

  const inputSays = (image: Image): boolean | null => {
    const input = site.dimming?.input
    if (input === undefined) return null
    const value = own(own(image.meters, input.meter)?.samples, input.quantity)?.value
    return value == null ? null : value > 0.5
  }

  /** Dimmed while the input or a person says so; an input that cannot be read keeps what it said last: a lost line is no release. */
  const dim = (image: Image, utcMs: number): DimmingState | null => {
    if (site.dimming === undefined) return null
    const said = inputSays(image)
    const before = state.dimming
    const told = state.isToldDimmed
    const byInput = said ?? (before?.isDimmed === true && before.source.startsWith('digital input'))
    const isDimmed = byInput || told?.isDimmed === true
    if (isDimmed === (before?.isDimmed ?? false)) return before
    const source =
      told?.isDimmed === true && !byInput
        ? told.who
        : site.dimming.input === undefined
          ? (told?.who ?? 'nobody')
          : `digital input of ${name(site.dimming.input.meter)}`
    state.dimming = { isDimmed, source, sinceMs: utcMs, allowedW: dimmedPowerW(devices), devices }
    return state.dimming
  }

  const count = (views: readonly ChargerView[], utcMs: number): void => {
    const stepMs = Math.min(longestStepMs, Math.max(0, utcMs - (state.lastMs ?? utcMs)))
    state.lastMs = utcMs
    for (const view of views) {
      const target = state.targets.get(view.charger.id)
      if (target === undefined) continue
      if ((view.readable && !view.wants) || utcMs >= target.departAtMs) {
        state.targets.delete(view.charger.id)
        continue
      }
      const amperes = view.mayUse.reduce((sum, phase) => sum + drawnA(view, phase), 0)
      const gotKWh = target.gotKWh + (amperes * site.grid.nominalVoltage * stepMs) / 3.6e9
      state.targets.set(view.charger.id, { ...target, gotKWh })
    }
  }

  return {
    want: (want: Exclude<Want, { kind: 'month-peak' }>, who: string, utcMs: number): void => {
      switch (want.kind) {
        case 'target':
          if (want.target === null) state.targets.delete(want.chargerId)
          else
            state.targets.set(want.chargerId, {
              ...want.target,
              chargerId: want.chargerId,
              who,
              setAtMs: utcMs,
              gotKWh: 0,
            })
          return
        case 'dim':
          state.isToldDimmed = { who, isDimmed: want.isDimmed }
          return
        case 'plan':
          state.plans.clear()
          for (const { chargerId, slots } of want.plans ?? []) state.plans.set(chargerId, slots)
      }
    },
    step: (image: Image, views: readonly ChargerView[], utcMs: number): void => {
      count(views, utcMs)
      dim(image, utcMs)
    },
    dimming: (): DimmingState | null => state.dimming,
    targets: (): readonly Target[] => [...state.targets.values()],
    /** The plan's slot of now; null: no plan, or it is over: then it narrows nothing. */
    slotOf: (chargerId: string, utcMs: number): PlanSlot | null =>
      state.plans.get(chargerId)?.find(({ fromMs, toMs }) => utcMs >= fromMs && utcMs < toMs) ?? null,
    plans: (): ReadonlyMap<string, readonly PlanSlot[]> => state.plans,
  }
}

import type { DimmingState, PlanSlot, Target, Want } from '../../../../shared/planning/wants.ts'
import type { Image } from '../../../../shared/model/image.ts'
import type { Site } from '../../../../shared/site/site.ts'
import { forgetful, type Memory } from '../../site/memory.ts'
import { drawnA, type ChargerView } from '../charger-watch.ts'
import { createDimming, type DimmingFileFacts } from './dimming.ts'

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
    lastMs: null as number | null,
  })
  const dim = createDimming(site, memory)

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
          dim.tell(who, want.isDimmed)
          return
        case 'dim-file':
          dim.tellByFile(want)
          return
        case 'dim-file-problem':
          dim.fileProblem(want.why)
          return
        case 'plan':
          state.plans.clear()
          for (const { chargerId, slots } of want.plans ?? []) state.plans.set(chargerId, slots)
      }
    },
    step: (image: Image, views: readonly ChargerView[], utcMs: number): void => {
      count(views, utcMs)
      dim.step(image, utcMs)
    },
    dimming: (): DimmingState | null => dim.state(),
    dimmingFile: (): DimmingFileFacts | null => dim.file(),
    targets: (): readonly Target[] => [...state.targets.values()],
    /** The plan's slot of now; null: no plan, or it is over: then it narrows nothing. */
    slotOf: (chargerId: string, utcMs: number): PlanSlot | null =>
      state.plans.get(chargerId)?.find(({ fromMs, toMs }) => utcMs >= fromMs && utcMs < toMs) ?? null,
    plans: (): ReadonlyMap<string, readonly PlanSlot[]> => state.plans,
  }
}

import { phases, type Phase } from '../../../shared/model/phase.ts'
import { createRandom, createWander } from '../random.ts'
import type { PhaseDraw } from './network.ts'

export interface BuildingLoadSettings {
  readonly id: string
  readonly circuit: string
  /** Amperes per phase at 100 %. */
  readonly amperes: Readonly<Partial<Record<Phase, number | undefined>>>
  readonly powerFactor: number
  /** Share of the full load by hour of the day: [hour, share], joined by straight lines, around midnight too. */
  readonly daily: readonly (readonly [number, number])[]
  /** Standard deviation of the random part, as a share. */
  readonly variation: number
  /** A machine that runs and rests: seconds on and off, and the current at the start as a multiple. */
  readonly cycle?:
    | { readonly onS: readonly [number, number]; readonly offS: readonly [number, number]; readonly inrush: number }
    | undefined
}

/** How long a motor's start lasts (editable assumption). */
const inrushS = 0.4

export const dailyShare = (daily: BuildingLoadSettings['daily'], hour: number): number => {
  const points = [...daily].sort(([a], [b]) => a - b)
  const [first, last] = [points[0], points.at(-1)]
  if (!first || !last) return 1
  const around: (readonly [number, number])[] = [[last[0] - 24, last[1]], ...points, [first[0] + 24, first[1]]]
  const after = around.findIndex(([at]) => at > hour)
  const [from, to] = [around[after - 1] ?? last, around[after] ?? last]
  return to[0] === from[0] ? from[1] : from[1] + ((to[1] - from[1]) * (hour - from[0])) / (to[0] - from[0])
}

/** One consumer of the building: its daily shape, its randomness per phase, its cycles. */
export const createBuildingLoad = (settings: BuildingLoadSettings, seed: number) => {
  const random = createRandom(seed, `load ${settings.id}`)
  const wander = phases.map((phase) =>
    createWander(createRandom(seed, `load ${settings.id} ${phase}`), settings.variation, 45),
  )
  let on = settings.cycle ? random.chance(0.5) : true
  let switchAtS = settings.cycle ? random.between(0, settings.cycle.offS[1]) : Infinity
  let startedAtS = -Infinity
  return {
    step: (timeS: number, stepS: number, hour: number): PhaseDraw[] => {
      if (settings.cycle && timeS >= switchAtS) {
        on = !on
        switchAtS = timeS + random.between(...(on ? settings.cycle.onS : settings.cycle.offS))
        if (on) startedAtS = timeS
      }
      const share = dailyShare(settings.daily, hour)
      const start = settings.cycle && timeS - startedAtS < inrushS ? settings.cycle.inrush : 1
      return phases.map((phase, index) => {
        // A load never feeds back, and never draws more than half above its rating but at a start.
        const varied = Math.min(1.5, Math.max(0, share * (1 + (wander[index]?.(stepS) ?? 0))))
        const currentA = on ? (settings.amperes[phase] ?? 0) * varied * start : 0
        return { circuit: settings.circuit, phase, currentA, powerFactor: settings.powerFactor }
      })
    },
  }
}

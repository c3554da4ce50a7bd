import type { Decision } from '../../../../shared/model/decision.ts'
import type { Image } from '../../../../shared/model/image.ts'
import { phases } from '../../../../shared/model/phase.ts'
import { own } from '../../../../shared/own.ts'

/** A point every two seconds for an hour: 43 kB a charger, 4.3 MB for 200. Editable assumptions. */
export const stepMs = 2000
export const keptPoints = 1800

export interface StoryColumns {
  readonly atMs: number[]
  readonly askedA: (number | null)[]
  readonly heldA: (number | null)[]
  readonly drawnA: (number | null)[]
}

interface Columns {
  readonly asked: Float32Array
  readonly held: Float32Array
  readonly drawn: Float32Array
}

const known = (value: number | undefined): number | null =>
  value === undefined || Number.isNaN(value) ? null : Math.round(value * 100) / 100

/** The last hour of every charger, in memory; what is older or of an earlier run is in the record's decisions and writes. */
export const createStoryRing = (chargerIds: readonly string[]) => {
  const times = new Float64Array(keptPoints)
  const columns = new Map<string, Columns>(
    chargerIds.map((id) => [
      id,
      {
        asked: new Float32Array(keptPoints),
        held: new Float32Array(keptPoints),
        drawn: new Float32Array(keptPoints),
      },
    ]),
  )
  const state = { count: 0, lastMs: -Infinity }

  const pushCharger = (id: string, at: number, image: Image, decision: Decision | null): void => {
    const column = columns.get(id)
    if (column === undefined) return
    const reading = own(image.chargers, id)
    const measured = phases
      .map((phase) => reading?.siteCurrentA[phase].value ?? null)
      .filter((value) => value !== null)
      .map(Math.abs)
    column.asked[at] = own(decision?.chargers, id)?.targetA ?? NaN
    column.held[at] = reading?.samples['limit']?.value ?? NaN
    column.drawn[at] = measured.length === 0 ? NaN : Math.max(...measured)
  }

  return {
    /** `image` with calendar times. A clock set back begins anew: columns run forward only. */
    push: (image: Image, decision: Decision | null): void => {
      if (image.atMs < state.lastMs) state.count = 0
      else if (image.atMs - state.lastMs < stepMs - 200) return
      const at = state.count % keptPoints
      times[at] = image.atMs
      for (const id of columns.keys()) pushCharger(id, at, image, decision)
      state.count += 1
      state.lastMs = image.atMs
    },
    sinceMs: (): number | null =>
      state.count === 0 ? null : (times[state.count <= keptPoints ? 0 : state.count % keptPoints] ?? null),
    read: (id: string, fromMs: number, toMs: number): StoryColumns => {
      const column = columns.get(id)
      const result: StoryColumns = { atMs: [], askedA: [], heldA: [], drawnA: [] }
      if (column === undefined) return result
      for (let index = Math.max(0, state.count - keptPoints); index < state.count; index += 1) {
        const at = index % keptPoints
        const atMs = times[at] ?? 0
        if (atMs < fromMs || atMs >= toMs) continue
        result.atMs.push(atMs)
        result.askedA.push(known(column.asked[at]))
        result.heldA.push(known(column.held[at]))
        result.drawnA.push(known(column.drawn[at]))
      }
      return result
    },
  }
}

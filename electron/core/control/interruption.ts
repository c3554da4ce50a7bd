import type { Image } from '../../../shared/model/image.ts'
import { phases } from '../../../shared/model/phase.ts'
import type { Clock } from '../ports.ts'
import type { ControlledCharger } from './controlled-charger.ts'
import { standstillMs } from './timing.ts'
import { own } from '../../../shared/own.ts'
import { forgetful, type Memory } from '../site/memory.ts'

const currents = ['i_l1', 'i_l2', 'i_l3'] as const
const readAt = (image: Image, meterId: string): string =>
  currents.map((key) => own(image.meters, meterId)?.samples[key]?.atMs ?? '').join()
const saidAt = (image: Image, chargerId: string): string =>
  phases.map((phase) => own(image.chargers, chargerId)?.siteCurrentA[phase].atMs ?? '').join()

export interface Interruption {
  /** Called once for each decision; true when time passed that no decision saw. */
  readonly began: (image: Image) => boolean
  /** Why nothing of this charger may rise yet; null when all it rests on was read since. */
  readonly holdWhy: (charger: ControlledCharger, image: Image) => string | null
}

/**
 * The program stood still (a stopped process, a computer asleep): what is in the image then is from before, and room that "lasted"
 * through it was seen by nobody. The clock counts a sleep as time that passed (site-time.ts), and a calendar that was set is none. Until every meter above a charger was read anew, nothing below it rises.
 */
export const createInterruption = (clock: Clock, memory: Memory = forgetful): Interruption => {
  const state = memory.keep('interruption', {
    beforeMs: null as number | null,
    stood: null as { readonly forMs: number; readonly image: Image } | null,
  })
  return {
    began: (image) => {
      const nowMs = clock.monotonicMs()
      const forMs = state.beforeMs === null ? 0 : nowMs - state.beforeMs
      state.beforeMs = nowMs
      if (forMs <= standstillMs) return false
      state.stood = { forMs, image }
      return true
    },
    holdWhy: (charger, image) => {
      if (state.stood === null) return null
      const { image: old, forMs } = state.stood
      const meters = charger.path.flatMap(({ meter }) => (meter === undefined ? [] : [meter]))
      const isOld =
        meters.some((id) => readAt(image, id) === readAt(old, id)) ||
        (saidAt(image, charger.id) !== ',,' && saidAt(image, charger.id) === saidAt(old, charger.id))
      return isOld ? `control stood still for ${(forMs / 1000).toFixed(0)} s and not everything was read since` : null
    },
  }
}

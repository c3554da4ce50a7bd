import type { Phase } from '../../../shared/model/phase.ts'
import type { Image } from '../../../shared/model/image.ts'
import { isRunning, type Override, type OverrideScope } from '../../../shared/model/override.ts'
import { own } from '../../../shared/own.ts'
import { refusal } from '../../../shared/said/refusal.ts'
import type { AllocationProblem } from '../../../shared/allocation/problem.ts'
import { previewOf, type TripOf } from '../../../shared/allocation/preview.ts'
import type { OverridePreview } from '../../../shared/model/override-preview.ts'
import type { Person } from './arming.ts'
import type { OverrideInput } from './override-input.ts'
import type { createOverrides } from './overrides.ts'

interface OverrideDesk {
  readonly overrides: ReturnType<typeof createOverrides>
  /** The allocation as it was put last; null before the first decision. */
  readonly problem: () => AllocationProblem | null
  readonly image: () => Image | null
  /** Why no override can be given now; null: one can. */
  readonly whyNot: () => string | null
  /** An override changed: it is decided on at once. */
  readonly decide: () => void
}

export interface OverrideIntents {
  /** An override that cannot be is answered with state `refused` and why. */
  readonly setOverride: (input: OverrideInput) => Promise<Override>
  /** What an override would come to now; changes nothing. null before the first decision. `tripIn`: by the thermal images as they are now. */
  readonly previewOverride: (
    input: Pick<OverrideInput, 'limitA'> & { readonly scope: OverrideScope },
    tripIn: TripOf,
  ) => OverridePreview | null
  readonly cancelOverride: (
    input: Person & { readonly overrideId: string; readonly intentId?: string },
  ) => Promise<Override>
  /** The window that gave these overrides is still open; answers the ids of those that run. */
  readonly renewOverrides: (input: {
    readonly overrideIds: readonly string[]
    readonly who?: string
  }) => Promise<string[]>
}

/** What a person may ask about overrides, answered by the one list of them. */
export const overrideIntents = ({ overrides, problem, image, whyNot, decide }: OverrideDesk): OverrideIntents => ({
  setOverride: async (input) => {
    const made = overrides.set(input, whyNot(), image())
    if (made.state !== 'refused') decide()
    return overrides.list().find((item) => item.id === made.id) ?? made
  },
  renewOverrides: async ({ overrideIds }) => {
    overrides.renew(overrideIds)
    return overrides.list().flatMap((item) => (isRunning(item) && overrideIds.includes(item.id) ? [item.id] : []))
  },
  previewOverride: ({ scope, limitA }, tripIn) => {
    const put = problem()
    const latest = image()
    if (put === null || latest === null) return null
    const { refused, proposal } = overrides.proposal({ scope, limitA }, latest)
    const usedPercent = (circuitId: string, phase: Phase): number | null =>
      own(latest.circuits, circuitId)?.phases[phase]?.thermal?.highPercent ?? null
    return { refused, ...previewOf(put, proposal, tripIn, usedPercent) }
  },
  cancelOverride: async ({ overrideId, who, reason }) => {
    const ended = overrides.cancel(overrideId, who, reason)
    if (ended === null) throw refusal('no-override', { overrideId })
    decide()
    return ended
  },
})

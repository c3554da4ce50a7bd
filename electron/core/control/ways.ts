import type { SharedOut } from '../../../shared/allocation/allocate.ts'
import type { AllocationResult } from '../../../shared/allocation/problem.ts'
import type { Image } from '../../../shared/model/image.ts'
import { own } from '../../../shared/own.ts'
import type { Site } from '../../../shared/site/site.ts'
import { narrow, type Narrowing } from './constraints.ts'
import type { createDamping } from './damping.ts'
import { holdReason, type Held } from './hold-reason.ts'
import type { createInterruption } from './interruption.ts'
import type { Planned } from './make-room.ts'
import type { Standing } from './problem.ts'
import { hasRoomAbove, uncontrolledLimit } from './uncontrolled-limit.ts'

/** One charger on its way through a decision: how it stands, what is left of its limit, and how it rises. */
export interface Way {
  readonly standing: Standing
  readonly narrowed: Narrowing
  readonly plan: Planned
}

/** What all chargers of one decision are judged by. */
export interface Shares {
  readonly now: AllocationResult
  readonly worst: SharedOut
}

/** The moment that is decided on. */
interface Moment {
  readonly image: Image
  readonly held: Held
  readonly armed: boolean
  /** Why a charger is kept at 0 A while it goes to another number of phases; null: it does not. */
  readonly switching: (chargerId: string) => string | null
}

/** From a charger's share to its limit, through the ordered constraints; a charger nobody controls gets what is known of it. */
export const createWays = (
  site: Site,
  damping: ReturnType<typeof createDamping>,
  interruption: ReturnType<typeof createInterruption>,
) => {
  const uncontrolled = (standing: Standing, fixedA: number, { now, worst }: Shares): Way => {
    const { view } = standing
    const { id } = view.charger
    const givenA = damping.givenA(id)
    damping.noRoom(id)
    const causes = own(now.chargers, id)?.boundBy ?? []
    const narrowed = uncontrolledLimit(standing, givenA, causes, hasRoomAbove(view, [now, worst]))
    const plan: Planned = { view, fixedA, rises: false, givenA: givenA ?? 0, targetA: narrowed.maxA, heldA: null }
    return { standing, narrowed, plan }
  }

  const controlled = (
    standing: Standing,
    { now, worst }: Shares,
    { image, held, armed, switching }: Moment,
    heldA: number | null,
  ): Way => {
    const { view, blind } = standing
    const { charger } = view
    const share = own(now.chargers, charger.id)
    const worstA = worst.targetsA.get(charger.id)
    if (share === undefined || worstA === undefined) throw new Error(`the allocation forgot charger ${charger.id}`)
    const givenA = damping.givenA(charger.id)
    const narrowed = narrow({
      charger,
      control: site.control,
      share,
      fallback: blind === null ? null : { limitA: blind.limitA, why: blind.why },
      override: standing.override,
      givenA,
      switching: switching(charger.id),
      rise: damping.room(charger.id, Math.min(share.targetA, worstA)),
      holdWhy: interruption.holdWhy(charger, image) ?? holdReason(view, held),
      // Room for a turn is made by the others, it did not come by itself: it need not prove itself for a minute.
      pausedForRoom: damping.pausedForRoom(charger.id) && !standing.place.hasTurn,
    })
    const rises = armed && blind === null && givenA !== null && narrowed.maxA > givenA
    const plan: Planned = { view, fixedA: null, rises, givenA: givenA ?? 0, targetA: narrowed.maxA, heldA }
    return { standing, narrowed, plan }
  }

  return { controlled, uncontrolled }
}

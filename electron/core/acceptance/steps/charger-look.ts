import type { Live } from '../../../../shared/api/live-contract.ts'
import { holderAt, type Override } from '../../../../shared/model/override.ts'
import { phases } from '../../../../shared/model/phase.ts'
import type { Sample } from '../../../../shared/model/sample.ts'
import { own } from '../../../../shared/own.ts'
import type { SiteCharger } from '../../../../shared/site/site.ts'
import { ampsText, secondsText, StepEnded, type StepWorld } from '../step-world.ts'

/** What steps at a charger look at, and how they wait. */

export const chargerOf = (world: StepWorld, id: string): SiteCharger => {
  const charger = world.site.chargers.find((each) => each.id === id)
  if (charger === undefined) throw new StepEnded('not-done', `there is no charger ${id} at this site any more`)
  return charger
}
export const nameOf = ({ name, id }: { readonly name?: string | undefined; readonly id: string }): string => name ?? id

/** Its own largest current; where it says none, null. */
export const drawnOf = ({ image }: Live, id: string): { readonly amperes: number; readonly sample: Sample } | null => {
  const reading = own(image.chargers, id)
  const known = phases.flatMap((phase) => {
    const sample = reading?.siteCurrentA[phase]
    return sample?.value == null ? [] : [sample]
  })
  const [largest] = known.toSorted((a, b) => Math.abs(b.value ?? 0) - Math.abs(a.value ?? 0))
  return largest === undefined ? null : { amperes: Math.abs(largest.value ?? 0), sample: largest }
}
export const limitOf = ({ image }: Live, id: string): Sample | undefined =>
  own(own(image.chargers, id)?.samples ?? {}, 'limit')

export const isCharging = ({ image }: Live, id: string): boolean => own(image.chargers, id)?.status.value === 'charging'

/** Tolerance of an open charger stack, as control has it: 110 % and half an ampere. */
export const follows = (drawnA: number, limitA: number): boolean => drawnA <= (limitA + 0.5) * 1.1

export const overrideOf = ({ control }: Live, overrideId: string): Override | null =>
  control.overrides.find(({ id }) => id === overrideId) ?? null

/** A person's own limit is not this test's to replace. */
export const refuseOthersOverride = (live: Live, charger: SiteCharger): void => {
  const other = holderAt(live.control.overrides, charger.id)
  if (other !== undefined)
    throw new StepEnded(
      'not-done',
      `${nameOf(charger)} has an override of ${other.who} until it ends; cancel that first`,
    )
}

/** Asks for a limit; it is given back when the step is over. */
export const hold = async (world: StepWorld, charger: SiteCharger, limitA: number, ttlS: number): Promise<string> => {
  const made = await world.intents.setOverride(charger.id, limitA, ttlS)
  if (made.state === 'refused') throw new StepEnded('not-done', made.why ?? 'the load control refused the limit')
  world.undo(() => world.intents.cancelOverride(made.id))
  return made.id
}

export interface InForce {
  readonly live: Live
  readonly afterMs: number
  readonly override: Override
}
export interface NotInForce {
  readonly why: string
  readonly override: Override | null
  /** The load control gave less, and the charger took that: nothing is wrong with it. */
  readonly isClamped: boolean
}
/** Waits until a limit is read back. `why`: it was not, and why. */
export const inForce = async (
  world: StepWorld,
  overrideId: string,
  limitA: number,
  withinMs: number,
): Promise<InForce | NotInForce> => {
  const sinceMs = world.monotonicMs()
  for (;;) {
    const live = await world.next()
    const override = overrideOf(live, overrideId)
    const afterMs = world.monotonicMs() - sinceMs
    if (override === null || ['cancelled', 'expired', 'refused'].includes(override.state))
      return { why: `its override was ended: ${override?.why ?? 'it is gone'}`, override, isClamped: false }
    if (override.state === 'verified' && override.effectiveA !== null && Math.abs(override.effectiveA - limitA) < 0.51)
      return { live, afterMs, override }
    world.tell(
      `${ampsText(limitA)} asked for ${secondsText(afterMs)} ago: ${override.state}${override.effectiveA === null ? '' : ` at ${ampsText(override.effectiveA)}`}`,
    )
    if (afterMs > withinMs) {
      const clamp = override.clampedBy?.detail ?? override.why
      return {
        why: `${ampsText(limitA)} was not in force and read back within ${secondsText(withinMs)}: ${override.state}${override.effectiveA === null ? '' : ` at ${ampsText(override.effectiveA)}`}${clamp === null ? '' : `, ${clamp}`}`,
        override,
        isClamped: override.state === 'verified' && override.effectiveA !== null && override.effectiveA < limitA,
      }
    }
  }
}

/**
 * Makes room for a step: whoever else may draw on the circuits above is paused, or held at its minimum where it can't be, until the step
 * is over. A person's own limit stays as it is.
 */
export const holdOthers = async (world: StepWorld, charger: SiteCharger): Promise<number> => {
  const live = world.live()
  let held = 0
  for (const other of world.site.chargers) {
    const able = world.abilities.get(other.id)
    const isHeld = holderAt(live.control.overrides, other.id) !== undefined
    const targetA = own(live.control.decision?.chargers ?? {}, other.id)?.targetA ?? 0
    if (other.id === charger.id || able === undefined || able.monitoredOnly !== null || isHeld || targetA === 0)
      continue
    await hold(world, other, able.canPause ? 0 : Math.max(other.minimum, able.limit.minimumA), 1800)
    held += 1
  }
  return held
}

/** How long a raise by so many amperes may take by the site's own ramp, ms: the room must last, then a step at a time. */
export const raiseMs = (world: StepWorld, amperes: number): number => {
  const { increaseDelay, increaseStep } = world.site.control
  const steps = Math.ceil(amperes / Math.max(0.1, increaseStep))
  return 1000 * (world.numbers.settleS + (increaseDelay + 10) * Math.max(1, steps) + 20)
}

/**
 * A limit asked for and waited for; where the load control has no room for it, once more with the others held. From what it was clamped to
 * the way is up then, which takes as long as a raise does.
 */
export const holdWithRoom = async (
  world: StepWorld,
  charger: SiteCharger,
  limitA: number,
  { ttlS, withinMs }: { readonly ttlS: number; readonly withinMs: number },
): Promise<{ readonly id: string; readonly got: InForce | NotInForce; readonly madeRoom: boolean }> => {
  const id = await hold(world, charger, limitA, ttlS)
  const got = await inForce(world, id, limitA, withinMs)
  if (!('why' in got) || !got.isClamped || (await holdOthers(world, charger)) === 0) return { id, got, madeRoom: false }
  const again = await hold(world, charger, limitA, ttlS)
  return { id: again, got: await inForce(world, again, limitA, raiseMs(world, limitA)), madeRoom: true }
}

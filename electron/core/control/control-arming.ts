import type { ControllerParts, Works } from './works.ts'
import { createArming, type Ending, type Person } from './arming.ts'
import { createFarewell } from './farewell.ts'
import type { Cycle } from './control-cycle.ts'

/** How control is armed and how it ends: each with its row in the audit, its word in the history, and the last word to the chargers. */
export const createArmingOf = (parts: ControllerParts, works: Works, cycle: () => Cycle) => {
  const { site, clock, readOnly } = parts
  const { chargers, memory, audit, auditLater, telling } = works
  const { trials, phaseSwitching, decider, overrides, feeding, ownLimits, writers } = works

  const farewell = createFarewell({
    chargers,
    links: parts.links,
    writers,
    clock,
    isQuiet: feeding.isQuiet,
    leftAtA: decider.leftAtA,
    memory,
  })

  const sayFarewell = async ({ who, reason }: Person, how: Ending): Promise<void> => {
    // Before the last word: a charger whose watchdog is tried obeys, and is told its fallback like every other.
    trials.endAll()
    overrides.cancelAll(
      how === 'disarm' ? `control was disarmed by ${who}: ${reason}` : `control ended: ${reason}`,
      who,
    )
    const open = await farewell.say(how)
    // Only now: of a program that ends before this, the next start must take the chargers for still armed.
    const notAtFallback = open.length === 0 ? {} : { notAtFallback: open.map(({ id }) => id) }
    auditLater(who, how, site.id, { reason, ...notAtFallback })
    telling.ended(
      { who, reason },
      how,
      open,
      open.filter(({ id }) => farewell.isUnreached(id)),
    )
  }

  const arming = createArming({
    readOnly,
    memory,
    nowMs: clock.nowMs,
    auditArm: ({ who, reason }) => audit(who, 'arm', site.id, { reason }),
    takeOver: () => {
      const image = cycle().image()
      if (image !== null) decider.takeOver(image)
    },
    armed: (person) => {
      writers.reopen()
      farewell.forget()
      feeding.reset()
      ownLimits.reset()
      phaseSwitching.reset()
      telling.armed(person)
      cycle().stepNow('arm')
    },
    farewell: sayFarewell,
    calledOff: (person, how) => {
      // Behind the row of the arm: the next start must not take this for a program that ended while armed.
      auditLater(person.who, how, site.id, { reason: person.reason })
      telling.calledOff(person, how)
    },
  })

  return { arming, farewell }
}

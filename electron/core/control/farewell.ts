import { feedOf } from '../../../shared/charger/abilities.ts'
import { leftAloneMs } from '../may-ask.ts'
import type { ChargerLink } from '../chargers/charger-link.ts'
import type { Clock, Stop } from '../ports.ts'
import type { ControlledCharger } from './controlled-charger.ts'
import { farewellMs } from './timing.ts'
import type { Ending } from './arming.ts'
import type { createWriters } from './writer/writers.ts'
import { forgetful, type Memory } from '../site/memory.ts'

export interface FarewellParts {
  readonly chargers: readonly ControlledCharger[]
  readonly links: ReadonlyMap<string, ChargerLink>
  readonly writers: Pick<ReturnType<typeof createWriters>, 'farewell' | 'confirmed'>
  readonly clock: Clock
  /** feeding.ts */
  readonly isQuiet: (id: string) => boolean
  /** Where it is left, A. */
  readonly leftAtA: (charger: ControlledCharger) => number
  readonly memory?: Memory
}

export interface Farewell {
  /** Brings every charger to where it is left, in 3 s at most; answers those not confirmed to be there. */
  readonly say: (how: Ending) => Promise<readonly ControlledCharger[]>
  /** This charger was not reached, and the time its own watchdog needs to fire is not over. */
  readonly isUnreached: (id: string) => boolean
  readonly forget: () => void
}

/** The last word of control to its chargers. */
export const createFarewell = ({
  chargers,
  links,
  writers,
  clock,
  isQuiet,
  leftAtA,
  memory = forgetful,
}: FarewellParts): Farewell => {
  /** Chargers a farewell did not reach, until when (monotonic) they are left alone so that their own watchdog fires. */
  const leftAloneUntilMs = memory.keep('farewell', new Map<string, number>())
  /** The last word to a charger left alone would feed it for its watchdog's time once more, at what it draws now. */
  const isLeftAlone = ({ id, abilities }: ControlledCharger): boolean =>
    isQuiet(id) && feedOf(abilities) !== 'heartbeat'

  const write = async (how: Ending): Promise<void> => {
    const untilMs = clock.monotonicMs() + farewellMs
    let stop: Stop = () => undefined
    const bound = new Promise<void>((resolve) => {
      stop = clock.after(farewellMs, resolve)
    })
    const spoken = chargers.filter((charger) => !isLeftAlone(charger))
    const said = spoken.map((charger) =>
      writers.farewell(charger.id, { limitA: leftAtA(charger), reason: how, decisionId: null }, untilMs),
    )
    await Promise.race([Promise.all(said), bound])
    stop()
  }

  return {
    say: async (how) => {
      await write(how)
      const open = chargers.filter(({ id }) => links.has(id) && (isQuiet(id) || !writers.confirmed(id)))
      for (const { id, abilities } of open) {
        const neededMs = leftAloneMs(abilities)
        if (neededMs !== null) leftAloneUntilMs.set(id, clock.monotonicMs() + neededMs)
      }
      return open
    },
    isUnreached: (id) => clock.monotonicMs() < (leftAloneUntilMs.get(id) ?? -Infinity),
    forget: () => leftAloneUntilMs.clear(),
  }
}

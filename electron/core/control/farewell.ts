import { feedOf } from '../../../shared/profile/feeding.ts'
import { silenceNeededMs } from '../last-session.ts'
import type { ChargerLink, Clock, Stop } from '../ports.ts'
import type { Device } from './devices.ts'
import { farewellMs } from './timing.ts'
import type { Ending } from './arming.ts'
import type { createWriters } from './writer/writers.ts'

export interface FarewellParts {
  readonly devices: readonly Device[]
  readonly links: ReadonlyMap<string, ChargerLink>
  readonly writers: Pick<ReturnType<typeof createWriters>, 'farewell' | 'confirmed'>
  readonly clock: Clock
  /** feeding.ts */
  readonly isQuiet: (id: string) => boolean
  /** Where it is left, A. */
  readonly leftAtA: (device: Device) => number
}

export interface Farewell {
  /** Brings every charger to where it is left, in 3 s at most; answers those not confirmed to be there. */
  readonly say: (how: Ending) => Promise<readonly Device[]>
  /** false: this charger was not reached, and reading it would keep its watchdog from firing. */
  readonly mayRead: (id: string) => boolean
  readonly forget: () => void
}

/** The last word of control to its chargers. */
export const createFarewell = ({ devices, links, writers, clock, isQuiet, leftAtA }: FarewellParts): Farewell => {
  /** Chargers a farewell did not reach, until when (monotonic) they are left alone so that their own watchdog fires. */
  const leftAloneUntilMs = new Map<string, number>()
  /** The last word to a charger left alone would feed it for its watchdog's time once more, at what it draws now. */
  const isLeftAlone = ({ id, profile }: Device): boolean => isQuiet(id) && feedOf(profile) !== 'heartbeat'

  const write = async (how: Ending): Promise<void> => {
    const untilMs = clock.monotonicMs() + farewellMs
    let stop: Stop = () => undefined
    const bound = new Promise<void>((resolve) => {
      stop = clock.after(farewellMs, resolve)
    })
    const spoken = devices.filter((device) => !isLeftAlone(device))
    const said = spoken.map((device) =>
      writers.farewell(device.id, { limitA: leftAtA(device), reason: how, decisionId: null }, untilMs),
    )
    await Promise.race([Promise.all(said), bound])
    stop()
  }

  return {
    say: async (how) => {
      await write(how)
      const open = devices.filter(({ id }) => links.has(id) && (isQuiet(id) || !writers.confirmed(id)))
      for (const { id, profile } of open) {
        const neededMs = silenceNeededMs(profile)
        if (neededMs !== null) leftAloneUntilMs.set(id, clock.monotonicMs() + neededMs)
      }
      return open
    },
    mayRead: (id) => clock.monotonicMs() >= (leftAloneUntilMs.get(id) ?? -Infinity),
    forget: () => leftAloneUntilMs.clear(),
  }
}

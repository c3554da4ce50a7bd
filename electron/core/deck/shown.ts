import type { Shown } from '../../../shared/api/deck-contract.ts'
import type { Live } from '../../../shared/api/live-contract.ts'
import type { Clock, Stop } from '../ports.ts'
import type { ScreenChoice } from './screen-choice.ts'
import type { LiveSite } from './screen-ports.ts'

/** What is said of the site beside a recording is told anew this often, ms. */
const lookEveryMs = 1000

const caller = { role: 'viewer', name: 'Tripscope' } as const

/** Activity of the site while recordings are shown, from its own stream. */
const createLiveWatch = (live: () => LiveSite | null) => {
  let watched: LiveSite | null = null
  let latest: Live | null = null
  let stop: Stop = () => undefined
  return {
    said: (): Shown['live'] => {
      const site = live()
      if (site === null) return null
      if (watched?.handlers !== site.handlers) {
        stop()
        watched = site
        latest = null
        stop = site.handlers.live(
          {},
          (value) => {
            latest = value
          },
          caller,
        )
      }
      return {
        name: site.name,
        isArmed: latest?.control.mode === 'armed',
        activeFindings: latest?.findings.filter(({ state }) => state === 'active').length ?? 0,
      }
    },
    stop: () => stop(),
  }
}

/** Tells a screen what it shows, whenever that changes; beside a recording also what the site does, now and then. */
export const watchShown = (
  { deck, onChange }: ScreenChoice,
  live: () => LiveSite | null,
  clock: Clock,
  push: (shown: Shown) => void,
): Stop => {
  const watch = createLiveWatch(live)
  let unlisten: Stop = () => undefined
  let stopTimer: Stop = () => undefined
  const tell = (): void => push({ tape: deck.shown()?.state() ?? null, live: watch.said() })
  const look = (): void => {
    stopTimer = clock.after(lookEveryMs, look)
    if (deck.isChosen()) tell()
  }
  const follow = (): void => {
    unlisten()
    unlisten = deck.shown()?.listen(tell) ?? (() => undefined)
    tell()
  }
  const stopFollowing = onChange(follow)
  follow()
  look()
  return () => {
    stopFollowing()
    stopTimer()
    unlisten()
    watch.stop()
  }
}

import type { Health } from '../../shared/model/health.ts'
import type { AppClient } from './connection.ts'
import { createOffsetEstimate, localNow, noteArrival, siteNow } from './clock.ts'
import { pointAt, markAt, unzoom } from './cursor.ts'
import { noteShown } from './deck.ts'
import { mergeEvents, useEvents } from './events.ts'
import { foldColumns, foldImage, noExtremes } from './extremes.ts'
import { useHealth, useLive, useSite, useSiteFile } from './live.ts'
import { useOpenSites } from './open-sites.ts'

/** Rows of history a fresh page begins with. */
const eventBacklog = 1000

/** Subscribes the stores to the program; the returned function ends every subscription. The only writer of live data. */
export const bind = (client: AppClient): (() => void) => {
  const estimateOffset = createOffsetEstimate()
  let stopped = false

  const describe = (): void => {
    client.call('site.describe', {}).then(
      (overview) => {
        if (!stopped) useSite.setState({ overview, problem: null })
      },
      (error: Error) => {
        if (!stopped) useSite.setState({ problem: error.message })
      },
    )
  }
  describe()
  /** What the meters that are looked up in the device were found to be: with it the description of the site changes. */
  let identities = ''
  const follow = ({ devices }: Health): void => {
    const now = Object.entries(devices)
      .flatMap(([id, { identity }]) => (identity === undefined ? [] : [`${id} ${identity}`]))
      .join('\n')
    if (now !== identities) describe()
    identities = now
  }
  const stops = [
    client.subscribe(
      'live',
      {},
      (live) => {
        const arrivedAtMs = localNow()
        noteArrival(arrivedAtMs, estimateOffset(live.image.atMs, arrivedAtMs))
        useLive.setState((state) => ({
          live,
          arrivedAtMs,
          ended: null,
          extremes: foldImage(state.extremes.sinceMs === 0 ? noExtremes(live.image.atMs) : state.extremes, live.image),
        }))
      },
      (ended) => useLive.setState({ ended }),
    ),
    client.subscribe(
      'health',
      {},
      (health) => {
        follow(health)
        useHealth.setState({ health, ended: null })
      },
      (ended) => useHealth.setState({ ended }),
    ),
    client.subscribe('shown', {}, noteShown),
    client.subscribe('openSites', {}, (told) => useOpenSites.setState({ told })),
    client.subscribe('siteFile', {}, (file) => useSiteFile.setState({ file })),
    client.subscribe(
      'events',
      { backlog: eventBacklog },
      ({ reset, rows }) => {
        useEvents.setState((state) => ({ rows: mergeEvents(state.rows, rows, reset), arrived: true, ended: null }))
      },
      (ended) => useEvents.setState({ ended }),
    ),
  ]
  return () => {
    stopped = true
    for (const stop of stops) stop()
  }
}

/** Polled samples of the meter on the screen reach its min/max too. */
export const noteTrace = (
  meterId: string,
  atMs: readonly number[],
  columns: Readonly<Record<string, readonly (number | null)[]>>,
): void =>
  useLive.setState((state) =>
    state.extremes.sinceMs === 0 ? state : { extremes: foldColumns(state.extremes, meterId, atMs, columns) },
  )

/** A person asked for min and max to begin anew. */
export const resetExtremes = (): void => useLive.setState({ extremes: noExtremes(siteNow()) })

/** What is shown comes from elsewhere now: nothing of what was shown may stand beside it. */
export const forgetAll = (): void => {
  useLive.setState({ live: null, arrivedAtMs: null, ended: null, extremes: noExtremes(0) })
  useHealth.setState({ health: null, ended: null })
  useSite.setState({ overview: null, problem: null })
  useSiteFile.setState({ file: null })
  useEvents.setState({ rows: [], arrived: false, ended: null })
  pointAt(null)
  markAt(null)
  unzoom()
}

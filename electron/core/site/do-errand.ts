import type { ChargerLink, ChargerOutcome } from '../chargers/charger-link.ts'
import type { Clock } from '../ports.ts'
import type { Recorder } from '../record/recorder.ts'
import type { Errand, ErrandAnswer } from './site-input.ts'

export interface ErrandWorld {
  readonly links: ReadonlyMap<string, ChargerLink>
  readonly recorder: Pick<Recorder, 'appendAudit'>
  readonly askModel: (meterId: string) => Promise<string | null>
  /** Site time, by which links stamp. */
  readonly clock: Clock
  /** By the calendar. */
  readonly wall: Clock
}

/** A link that throws is a bug, but must not stop the other chargers: it becomes an outcome. */
const guarded = async <T>(clock: Clock, attempt: () => Promise<ChargerOutcome<T>>): Promise<ChargerOutcome<T>> => {
  try {
    return await attempt()
  } catch (error) {
    return { ok: false, why: `the charger link failed: ${String(error)}`, atMs: clock.nowMs() }
  }
}

/** Does what the site wants done outside of it. Never rejects. */
export const createErrandDoer =
  ({ links, recorder, askModel, clock, wall }: ErrandWorld) =>
  async (errand: Errand): Promise<ErrandAnswer> => {
    if (errand.kind === 'audit') {
      try {
        await recorder.appendAudit({ atMs: wall.nowMs(), ...errand.row })
        return { ok: true }
      } catch (error) {
        return { ok: false, why: error instanceof Error ? error.message : String(error) }
      }
    }
    if (errand.kind === 'ask-model') return askModel(errand.meterId)
    const link = links.get(errand.chargerId)
    const missing = async () =>
      ({ ok: false, why: `there is no way to charger ${errand.chargerId}`, atMs: clock.nowMs() }) as const
    switch (errand.kind) {
      case 'write-limit':
        return guarded(clock, () => link?.writeLimit(errand.limitA) ?? missing())
      case 'read-limit':
        return guarded(clock, () => link?.readBackLimit() ?? missing())
      case 'feed-watchdog':
        return guarded(clock, () => link?.feedWatchdog() ?? missing())
      case 'switch-phases':
        return guarded(clock, () => link?.switchPhases?.(errand.phases) ?? missing())
      case 'write-fallback':
        return guarded(clock, () => link?.setOwnFallback?.(errand) ?? missing())
      case 'read-fallback':
        return guarded(clock, () => link?.readOwnFallback?.() ?? missing())
    }
  }

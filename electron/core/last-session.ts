import type { AuditRow } from '../../shared/model/event.ts'
import type { ChargerAbilities } from '../../shared/charger/abilities.ts'
import type { Site } from '../../shared/site/site.ts'
import type { SessionEnd } from '../../shared/said/program-events.ts'
import type { Journal } from './journal.ts'
import { leftAloneMs } from './may-ask.ts'
import type { Clock, Log, Stop } from './ports.ts'
import type { Recorder } from './record/recorder.ts'

export interface LastSessionParts {
  readonly site: Site
  /** By charger id. */
  readonly abilities: ReadonlyMap<string, ChargerAbilities>
  readonly clock: Clock
  readonly log: Log
  readonly journal: Pick<Journal, 'write'>
  readonly recorder: Pick<Recorder, 'audit' | 'appendAudit'>
  readonly readOnly: boolean
}

export interface LastSession {
  /** Asks how the last session ended; answers at once, the asking goes on. */
  readonly start: () => void
  readonly stop: () => void
  /** It may hold a limit that nobody stands behind any more, or that another instance stands behind (may-ask.ts). */
  readonly isOfEarlier: (chargerId: string) => boolean
}

/** What ends an armed session in the audit: written when the farewell is over, with the chargers it did not reach. */
const ends: readonly string[] = ['disarm', 'shutdown']
/** Written once the chargers of a session that ended without a word were given time: `after` is the row it settles. */
const settles = 'left-alone'
const pageRows = 500

/** The row that tells how control ended last; null when it never began, or what it left open is settled. */
const lastWord = async (recorder: Pick<Recorder, 'audit'>): Promise<AuditRow | null> => {
  let settledSeq = -Infinity
  for (let toMs = Number.MAX_SAFE_INTEGER; ;) {
    const rows = [...(await recorder.audit({ fromMs: 0, toMs }, pageRows))].sort((a, b) => b.seq - a.seq)
    for (const { action, detail } of rows)
      if (action === settles && typeof detail['after'] === 'number') settledSeq = Math.max(settledSeq, detail['after'])
    const found = rows.find(({ action }) => action === 'arm' || ends.includes(action))
    if (found !== undefined) return found.seq <= settledSeq ? null : found
    const oldestMs = Math.min(...rows.map(({ atMs }) => atMs))
    if (rows.length < pageRows || oldestMs >= toMs) return null
    toMs = oldestMs
  }
}

/** Chargers a farewell did not reach, as its audit row says. */
const notReached = (word: Pick<AuditRow, 'detail'>): readonly string[] => {
  const open: unknown = word.detail['notAtFallback']
  return Array.isArray(open) ? open.filter((id) => typeof id === 'string') : []
}

/**
 * A charger whose watchdog any request feeds keeps the last limit for as long as somebody reads it. When the program ended
 * while control was armed, or could not bring a charger to its fallback, such chargers are therefore not read at the start
 * until their watchdog has fired. How the last session ended is asked of the store; until it has answered nothing of them is
 * read either, and one that cannot answer costs that time and no more. An instance without the site lock never reads them: it
 * would feed the watchdog of a holder that hangs.
 */
export const createLastSession = ({
  site,
  abilities,
  clock,
  log,
  journal,
  recorder,
  readOnly,
}: LastSessionParts): LastSession => {
  const needs = new Map(
    [...abilities].flatMap(([id, able]) => {
      const ms = leftAloneMs(able)
      return ms === null ? [] : [[id, ms] as const]
    }),
  )
  const names = (ids: readonly string[]): readonly string[] =>
    ids.map((id) => site.chargers.find((charger) => charger.id === id)?.name ?? id)
  const subject = { kind: 'site', id: site.id } as const
  let startedMs = clock.monotonicMs()
  /** Chargers left alone: all of them until the store has answered. */
  let quiet = new Set(needs.keys())
  let stopWaiting: Stop = () => undefined
  let stopped = false

  const leaveAlone = (end: SessionEnd): void => {
    const word = end.kind === 'unknown' ? null : end.row
    const longestMs = Math.max(0, ...[...quiet].map((id) => needs.get(id) ?? 0))
    journal.write('session-lost', 'critical', subject, { end, quiet: names([...quiet]), forMs: longestMs })
    if (word === null) return
    // Only then: a program that ends before it leaves them alone once more.
    stopWaiting = clock.after(Math.max(0, longestMs - (clock.monotonicMs() - startedMs)), () => {
      recorder
        .appendAudit({
          atMs: clock.nowMs(),
          who: 'tripscope',
          action: settles,
          subject: site.id,
          detail: { after: word.seq, chargers: [...quiet] },
        })
        .catch((error: unknown) => {
          log.error('that chargers were left alone could not be stored', { error: String(error) })
        })
    })
  }

  const judge = (word: AuditRow | null): void => {
    const isCrash = word?.action === 'arm'
    if (!isCrash) {
      const open = word === null ? [] : notReached(word)
      quiet = new Set([...quiet].filter((id) => open.includes(id)))
    }
    if (word === null || (!isCrash && quiet.size === 0)) return
    leaveAlone({ kind: isCrash ? 'crashed' : 'not-reached', row: word })
  }

  return {
    start: () => {
      startedMs = clock.monotonicMs()
      if (readOnly) {
        if (needs.size > 0) {
          journal.write('not-read', 'info', subject, { chargers: names([...needs.keys()]) })
        }
        return
      }
      lastWord(recorder).then(
        (word) => {
          if (!stopped) judge(word)
        },
        (error: unknown) => {
          if (stopped) return
          log.warn('how the last session ended could not be read', { error: String(error) })
          if (quiet.size > 0) leaveAlone({ kind: 'unknown', error: String(error) })
        },
      )
    },
    stop: () => {
      stopped = true
      stopWaiting()
    },
    isOfEarlier: (chargerId) => {
      const neededMs = needs.get(chargerId)
      if (neededMs === undefined) return false
      return readOnly || (quiet.has(chargerId) && clock.monotonicMs() - startedMs < neededMs)
    },
  }
}

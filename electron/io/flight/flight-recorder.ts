import { createWriteStream, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Caller } from '../../../shared/api/define.ts'
import type { Core } from '../../core/core-ports.ts'
import type { Clock, Log, Stop } from '../../core/ports.ts'
import { randomId } from '../new-id.ts'
import { holdSegments, trimKept } from './frozen.ts'
import { flightFolders, recoverFlight } from './recover.ts'
import { createSpool, flushEveryMs, usualSpool, type SpoolLimits } from './spool.ts'

/** What goes before an incident into its file, and how long is waited for what comes after it, ms (editable assumptions). */
const beforeMs = 900_000
const afterMs = 60_000
const caller: Caller = { role: 'operator', name: 'Tripscope' }

export interface FlightRecorder {
  /** Ends properly: what runs is brought to its end, and the next start finds nothing to recover. */
  readonly stop: () => Promise<void>
}

export interface FlightPorts {
  /** Of the site. */
  readonly folder: string
  readonly core: Pick<Core, 'onTapeLine' | 'handlers'>
  readonly clock: Clock
  readonly log: Log
  readonly limits?: SpoolLimits
  readonly afterMs?: number
}

/**
 * Keeps the tape on the disk beside the memory, and makes a snapshot of every incident by itself: what was before it is held at once, and
 * the file is made when what comes after it has come. A run that is killed meanwhile leaves what the next one makes a record of.
 */
export const startFlightRecorder = async (ports: FlightPorts): Promise<FlightRecorder> => {
  const { folder, core, clock, log } = ports
  const waitMs = ports.afterMs ?? afterMs
  const { spool: spoolFolder, held, kept, mark } = flightFolders(folder)
  mkdirSync(kept, { recursive: true, mode: 0o700 })
  for (const file of await recoverFlight(folder, log))
    log.warn('an earlier run was interrupted; its record was kept', { file })
  const spool = createSpool(spoolFolder, ports.limits ?? usualSpool, { log, nowMs: clock.nowMs })
  writeFileSync(mark, '', { mode: 0o600 })
  const pending = new Map<string, { readonly atMs: number; stop: Stop }>()
  let making: Promise<void> = Promise.resolve()

  const make = async (id: string, atMs: number): Promise<void> => {
    const name = join(kept, `incident-${id}.tripscope`)
    try {
      const { ticket } = await core.handlers['snapshot.export'](
        {
          intentId: randomId(),
          range: { fromMs: atMs - beforeMs, toMs: atMs + waitMs },
          who: 'Tripscope',
          note: `made by itself at incident ${id}`,
          comments: false,
          anonymous: false,
        },
        caller,
      )
      const out = createWriteStream(`${name}.part`, { mode: 0o600 })
      for await (const piece of core.handlers['transfer.fetch']({ ticket }, caller))
        if (piece.kind === 'bytes' && !out.write(piece.bytes)) await once(out, 'drain')
      out.end()
      await once(out, 'close')
      renameSync(`${name}.part`, name)
      rmSync(join(held, id), { recursive: true, force: true })
      trimKept(kept)
    } catch (error) {
      // What is held stays: the next start makes a record of it.
      log.error('the snapshot of an incident could not be made', { incident: id, error: String(error) })
    }
  }
  const due = (id: string): void => {
    const known = pending.get(id)
    pending.delete(id)
    if (known === undefined) return
    known.stop()
    making = making.then(() => make(id, known.atMs))
  }
  const freeze = async (id: string, atMs: number): Promise<void> => {
    if (pending.has(id)) return
    pending.set(id, { atMs, stop: clock.after(waitMs, () => due(id)) })
    try {
      holdSegments(spoolFolder, join(held, id))
      await spool.sync()
    } catch (error) {
      log.error('the record before an incident could not be held on the disk', { incident: id, error: String(error) })
    }
  }

  const unlisten = core.onTapeLine(spool.line)
  let known: ReadonlySet<string> | null = null
  const unfollow = core.handlers['trips.list'](
    {},
    ({ incidents }) => {
      const before = known
      known = new Set(incidents.map(({ id }) => id))
      if (before === null) return
      for (const { id, atMs } of incidents) if (!before.has(id)) void freeze(id, atMs)
    },
    caller,
  )
  let stopTimer: Stop = () => undefined
  const round = (): void => {
    spool.flush()
    // A segment that began since belongs to what is held too.
    for (const id of pending.keys())
      try {
        holdSegments(spoolFolder, join(held, id))
      } catch (error) {
        log.warn('a segment could not be held', { error: String(error) })
      }
    stopTimer = clock.after(flushEveryMs, round)
  }
  round()

  return {
    stop: async () => {
      stopTimer()
      unfollow()
      for (const id of [...pending.keys()]) due(id)
      await making
      unlisten()
      await spool.close()
      rmSync(mark, { force: true })
    },
  }
}

import { refusal } from '../../../shared/said/refusal.ts'
import type { ModbusSiteLine } from '../../../shared/site/site.ts'
import type { Clock } from '../ports.ts'
import type { ModbusLine } from '../lines/modbus-line.ts'
import { describeLine } from './explore-address.ts'
import type { ExploreLine, ExploreLineParts, LeftAlone } from './explore-port.ts'
import { createPace, firstDeadlineMs } from './pace.ts'

/** A line opened for looking at registers is closed when nobody looked for this long. */
const idleMs = 30_000
/** A line that was opened just now may take a moment; longer than this is told by the exchange itself. */
const openWithinMs = 3000

const untilOpen = (line: ModbusLine, clock: Clock): Promise<void> =>
  new Promise((resolve) => {
    if (line.status().state !== 'connecting') {
      resolve()
      return
    }
    const end = (): void => {
      stopListening()
      stopTimer()
      resolve()
    }
    const stopListening = line.onEvent(end)
    const stopTimer = clock.after(openWithinMs, end)
  })

/** Of another port of a charger's address: it may be a second way to the charger. */
const leftAloneAt = (guard: ExploreLineParts['guard'], line: ModbusSiteLine) => (): LeftAlone | null => {
  const charger = 'host' in line ? guard.heldBackBy({ kind: 'address', host: line.host }) : null
  return charger === null ? null : { charger: charger.name ?? charger.id, by: 'address' }
}

interface Held {
  readonly line: ModbusLine
  users: number
  stopIdle: () => void
}

/** Lines that are not the site's: one connection for each address, whoever looks, closed a while after the last look. */
export const createOwnLines = ({ clock, guard, openLine }: Pick<ExploreLineParts, 'clock' | 'guard' | 'openLine'>) => {
  const open = new Map<string, Held>()

  const take = (key: string, siteLine: ModbusSiteLine): Held => {
    const held = open.get(key) ?? { line: openLine(siteLine), users: 0, stopIdle: () => undefined }
    open.set(key, held)
    held.stopIdle()
    held.users += 1
    return held
  }
  const giveBack = (key: string, held: Held): void => {
    held.users -= 1
    if (held.users > 0) return
    held.stopIdle = clock.after(idleMs, () => {
      open.delete(key)
      void held.line.close()
    })
  }
  return {
    /** Throws Refusal where a charger at this address must be left alone. */
    open: (siteLine: ModbusSiteLine, unit: number): ExploreLine => {
      const leftAlone = leftAloneAt(guard, siteLine)
      const held = leftAlone()
      if (held !== null) throw refusal('left-alone', held)
      const key = JSON.stringify(siteLine)
      const taken = take(key, siteLine)
      const pace = createPace(firstDeadlineMs)
      let isReleased = false
      return {
        where: `${describeLine(siteLine)}, unit ${String(unit)}`,
        notes: [`the connection is the explorer's own and closes ${String(idleMs / 1000)} s after the last look`],
        leftAlone,
        ask: async (request) => {
          await untilOpen(taken.line, clock)
          const outcome = await taken.line.transact(request, { deadlineMs: pace.deadlineMs(), priority: 'read' })
          pace.note(outcome)
          return outcome
        },
        release: () => {
          if (isReleased) return
          isReleased = true
          giveBack(key, taken)
        },
      }
    },
    close: async (): Promise<void> => {
      const lines = [...open.values()]
      open.clear()
      await Promise.all(
        lines.map(({ line, stopIdle }) => {
          stopIdle()
          return line.close()
        }),
      )
    },
  }
}

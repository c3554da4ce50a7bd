import { refusal } from '../../../shared/said/refusal.ts'
import { Refusal } from '../../../shared/api/define.ts'
import type { ExploreTarget } from '../../../shared/api/explore-contract.ts'
import type { MeterProfile } from '../../../shared/profile/meter-profile.ts'
import { isMbusLine, type ModbusSiteLine, type Site } from '../../../shared/site/site.ts'
import { isSameHost } from '../../../shared/scan/same-host.ts'
import type { Field } from '../field/field.ts'
import type { AskGuard } from '../may-ask.ts'
import type { Clock, ExchangeOutcome, ModbusLine, OpenLine } from '../ports.ts'

export interface ReadRequest {
  readonly unit: number
  readonly functionCode: 3 | 4
  readonly address: number
  readonly count: number
}

/** Where the explorer reads. `ask` never rejects; `refusal` is asked before every request, because a charger may fall silent on purpose meanwhile. */
export interface ExploreLine {
  readonly where: string
  readonly notes: readonly string[]
  refusal(unit: number): string | null
  ask(request: ReadRequest): Promise<ExchangeOutcome>
  release(): void
}

export interface ExploreLineParts {
  readonly site: Site
  readonly meterProfiles: ReadonlyMap<string, MeterProfile>
  readonly acquisition: Pick<Field, 'background'>
  readonly openLine: OpenLine
  readonly clock: Clock
  readonly guard: Pick<AskGuard, 'heldBackBy'>
}

/** A line opened for looking at registers is closed when nobody looked for this long. */
const idleMs = 30_000
/** First wait for a reply where no profile says one; shorter once the device's own pace is known. */
const firstDeadlineMs = 1000
const shortestDeadlineMs = 150

/** A deadline that follows the device: four times its slowest reply, so that short gaps of the polling suffice. */
const createPace = (startMs: number) => {
  let longestMs = 0
  return {
    deadlineMs: () => (longestMs === 0 ? startMs : Math.min(startMs, Math.max(shortestDeadlineMs, 4 * longestMs))),
    note: (outcome: ExchangeOutcome) => {
      if (outcome.ok) longestMs = Math.max(longestMs, outcome.turnaroundMs)
      // What was late may only be slower than thought.
      else if (outcome.fault.kind === 'timeout') longestMs = Math.max(longestMs, startMs / 4)
    },
  }
}

const lineOf = (target: Exclude<ExploreTarget, { kind: 'line' }>): ModbusSiteLine =>
  target.kind === 'network'
    ? {
        id: `explore-${target.host}-${String(target.port)}`,
        transport: target.framing,
        host: target.host,
        port: target.port,
      }
    : {
        id: `explore-${target.path}`,
        transport: 'serial',
        path: target.path,
        baud: target.baud,
        parity: target.parity,
        stopBits: target.stopBits,
        localEcho: false,
      }

const describe = (line: ModbusSiteLine): string =>
  line.transport === 'serial'
    ? `${line.path}, ${String(line.baud)} baud, parity ${line.parity}`
    : `${line.host}:${String(line.port)}${line.transport === 'tcp' ? '' : ', RTU over TCP'}`

export const createExploreLines = (parts: ExploreLineParts) => {
  const { site, clock } = parts
  const own = new Map<string, { readonly line: ModbusLine; users: number; stopIdle: () => void }>()

  const siteLineLike = (target: ExploreTarget) =>
    site.lines.find((line) =>
      target.kind === 'line'
        ? line.id === target.lineId
        : target.kind === 'network'
          ? 'host' in line && isSameHost(line.host, target.host) && line.port === target.port
          : 'path' in line && line.path === target.path,
    )

  /** Asked before every request, because a charger may be left alone meanwhile (may-ask.ts). */
  const refusalOn =
    (line: ModbusSiteLine) =>
    (unit: number): string | null => {
      const charger = parts.guard.heldBackBy({ kind: 'unit', lineId: line.id, unit })
      return charger === null
        ? null
        : `${charger.name ?? charger.id} is left alone: its watchdog counts any request as a living controller, so reading it now would keep its last limit in force. Wait until it fell back, or arm load control`
    }

  const ofSite = (siteLine: ModbusSiteLine, unit: number, wasTyped: boolean): ExploreLine => {
    const meter = site.meters.find((one) => one.line === siteLine.id && 'unit' in one && one.unit === unit)
    const timeoutMs = meter === undefined ? undefined : parts.meterProfiles.get(meter.profile)?.line.timeoutMs
    const pace = createPace(siteLine.timeoutMs ?? timeoutMs ?? firstDeadlineMs)
    return {
      where: `line ${siteLine.id}, unit ${String(unit)}`,
      notes: [
        ...(wasTyped
          ? [`${describe(siteLine)} is line ${siteLine.id} of this site: read there, so that there is no second master`]
          : []),
        'read in the gaps of the polling, which goes on undisturbed',
      ],
      refusal: refusalOn(siteLine),
      ask: async (request) => {
        const outcome = await (parts.acquisition.background(siteLine.id, request, {
          deadlineMs: pace.deadlineMs(),
          mayBeSilent: true,
        }) ?? {
          ok: false as const,
          atMs: clock.nowMs(),
          fault: { kind: 'closed' as const, code: null, message: `line ${siteLine.id} is not polled` },
        })
        pace.note(outcome)
        return outcome
      },
      release: () => undefined,
    }
  }

  /** The same for another port of a charger's address: it may be a second way to the charger. */
  const refusalAt = (line: ModbusSiteLine) => (): string | null => {
    const charger = 'host' in line ? parts.guard.heldBackBy({ kind: 'address', host: line.host }) : null
    return charger === null
      ? null
      : `${charger.name ?? charger.id} at this address is left alone: its watchdog counts any request as a living controller. Wait until it fell back, or arm load control`
  }

  const ofOwn = (siteLine: ModbusSiteLine, unit: number): ExploreLine => {
    const key = JSON.stringify(siteLine)
    const held = own.get(key) ?? { line: parts.openLine(siteLine), users: 0, stopIdle: () => undefined }
    own.set(key, held)
    held.stopIdle()
    held.users += 1
    const pace = createPace(firstDeadlineMs)
    let isReleased = false
    return {
      where: `${describe(siteLine)}, unit ${String(unit)}`,
      notes: [`the connection is the explorer's own and closes ${String(idleMs / 1000)} s after the last look`],
      refusal: refusalAt(siteLine),
      ask: async (request) => {
        await untilOpen(held.line, clock)
        const outcome = await held.line.transact(request, { deadlineMs: pace.deadlineMs(), priority: 'read' })
        pace.note(outcome)
        return outcome
      },
      release: () => {
        if (isReleased) return
        isReleased = true
        held.users -= 1
        if (held.users > 0) return
        held.stopIdle = clock.after(idleMs, () => {
          own.delete(key)
          void held.line.close()
        })
      },
    }
  }

  return {
    /** Throws Refusal with what to do where the target can't be read. */
    open(target: ExploreTarget, unit: number): ExploreLine {
      const siteLine = siteLineLike(target)
      if (siteLine !== undefined && isMbusLine(siteLine))
        throw new Refusal(`line ${siteLine.id} is an M-Bus: it has no registers. Choose a Modbus line`)
      if (siteLine !== undefined) {
        const explored = ofSite(siteLine, unit, target.kind !== 'line')
        const why = explored.refusal(unit)
        if (why !== null) throw new Refusal(why)
        return explored
      }
      if (target.kind === 'line')
        throw refusal('no-line', { lineId: target.lineId, lines: site.lines.map(({ id }) => id) })
      const why = refusalAt(lineOf(target))()
      if (why !== null) throw new Refusal(why)
      return ofOwn(lineOf(target), unit)
    },
    async close(): Promise<void> {
      const lines = [...own.values()]
      own.clear()
      await Promise.all(
        lines.map(({ line, stopIdle }) => {
          stopIdle()
          return line.close()
        }),
      )
    },
  }
}

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

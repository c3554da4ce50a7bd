import { lineProblemText, type LineProblem } from '../../../shared/said/line-problem.ts'
import type { ModbusSiteLine } from '../../../shared/site/site.ts'
import type { Field } from '../field/field.ts'
import type { Clock, Stop } from '../ports.ts'
import type { ExchangeOutcome, ModbusLine, ModbusRequest, OpenLine } from '../lines/modbus-line.ts'
import type { FieldLine } from '../lines/field-line.ts'

/** A bus to search: one request at a time, by whichever way it is reached. */
export interface Bus {
  readonly transport: ModbusSiteLine['transport']
  ask(request: ModbusRequest, deadlineMs: number): Promise<ExchangeOutcome>
  /** Units whose replies came after their deadline since the last call. */
  late(): number[]
  close(): Promise<void>
}
export type BusOutcome =
  | { readonly ok: true; readonly bus: Bus }
  | { readonly ok: false; readonly kind: TroubleKind; readonly problem: string }

/** A TCP device in the same network accepts within milliseconds; a name may have to be looked up first (editable assumption). */
export const connectMs = 2000
/** How long a lost line may take to come back before the search of it ends. */
const returnMs = 5000

const noteLate = (line: ModbusLine): { readonly take: () => number[]; readonly stop: Stop } => {
  const late = new Set<number>()
  const stop = line.onEvent((event) => {
    if (event.kind === 'late-reply') late.add(event.unit)
  })
  return {
    take: () => {
      const units = [...late]
      late.clear()
      return units
    },
    stop,
  }
}

/** A line of the site, in the gaps of its polling. */
export const busOfSite = (
  siteLine: ModbusSiteLine,
  line: ModbusLine,
  acquisition: Pick<Field, 'background'>,
): BusOutcome => {
  const late = noteLate(line)
  return {
    ok: true,
    bus: {
      transport: siteLine.transport,
      ask: async (request, deadlineMs) => {
        const asked = acquisition.background(siteLine.id, request, { deadlineMs, mayBeSilent: true })
        if (asked === null) throw new Error(`line ${siteLine.id} of the site is not polled`)
        return asked
      },
      late: late.take,
      close: () => {
        late.stop()
        return Promise.resolve()
      },
    },
  }
}

export type Opening = 'connected' | 'silent' | LineProblem

/** Why nothing was found at a place, as the search lists it. */
export type TroubleKind = 'refused' | 'silent' | 'failed'
export const troubleOf = (
  how: Exclude<Opening, 'connected'>,
): { readonly kind: TroubleKind; readonly problem: string } =>
  how === 'silent'
    ? { kind: 'silent', problem: `no answer within ${connectMs / 1000} s` }
    : { kind: how.kind === 'refused' ? 'refused' : 'failed', problem: lineProblemText(how) }

/** How the opening of a line ended. */
export const opened = (line: Pick<FieldLine, 'status' | 'onEvent'>, clock: Clock, withinMs: number): Promise<Opening> =>
  new Promise((resolve) => {
    const { state, problem } = line.status()
    if (state === 'connected') {
      resolve('connected')
      return
    }
    if (state === 'disconnected' && problem !== null) {
      resolve(problem)
      return
    }
    const end = (how: Opening): void => {
      stopListening()
      stopTimer()
      resolve(how)
    }
    const stopListening = line.onEvent((event) => {
      if (event.kind === 'connected') end('connected')
      else if (event.kind === 'disconnected') end(event.problem)
    })
    const stopTimer = clock.after(withinMs, () => {
      end('silent')
    })
  })

const back = (line: ModbusLine, clock: Clock): Promise<boolean> =>
  new Promise((resolve) => {
    if (line.status().state === 'connected') {
      resolve(true)
      return
    }
    const end = (isBack: boolean): void => {
      stopListening()
      stopTimer()
      resolve(isBack)
    }
    const stopListening = line.onEvent((event) => {
      if (event.kind === 'connected') end(true)
    })
    const stopTimer = clock.after(returnMs, () => {
      end(false)
    })
  })

/** A line of our own, closed when the search of it ends. */
export const openBus = async (siteLine: ModbusSiteLine, openLine: OpenLine, clock: Clock): Promise<BusOutcome> => {
  const line = openLine(siteLine)
  const how = await opened(line, clock, connectMs)
  if (how !== 'connected') {
    await line.close()
    return { ok: false, ...troubleOf(how) }
  }
  const late = noteLate(line)
  return {
    ok: true,
    bus: {
      transport: siteLine.transport,
      ask: async (request, deadlineMs) => {
        const options = { deadlineMs, priority: 'read', mayBeSilent: true } as const
        const first = await line.transact(request, options)
        if (first.ok || first.fault.kind !== 'offline') return first
        // Some gateways close a connection after a request for a unit they don't have: what was asked is asked once more.
        return (await back(line, clock)) ? line.transact(request, options) : first
      },
      late: late.take,
      close: () => {
        late.stop()
        return line.close()
      },
    },
  }
}

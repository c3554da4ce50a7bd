import type { DeviceHealth } from '../../../shared/model/health.ts'
import type { LineHabits } from '../../../shared/profile/register.ts'
import type { Clock } from '../ports.ts'
import type { ExchangeFault } from '../lines/field-line.ts'
import type { ExchangeOutcome, ModbusLine, ModbusRequest, ReadRoom } from '../lines/modbus-line.ts'
import { createAdaptiveDeadline } from './adaptive-deadline.ts'
import { createExchangeCounter, type ExchangeCounter } from './exchange-counts.ts'
import type { LinkHabits } from './link-habits.ts'
import { gatewaySays } from './sample-age.ts'

/** Requests of one kind take about the same time: the same block, read again. */
const kindOf = (request: ModbusRequest): string =>
  `${String(request.functionCode)}:${String(request.address)}:${String('count' in request ? request.count : request.words.length)}`

const faultName = (fault: ExchangeFault): string => {
  const said = gatewaySays(fault)
  if (said === null) return fault.kind
  return said === 'silent' ? 'gateway: no reply from the device' : 'gateway: no path to this unit'
}

export interface ExchangeWish {
  readonly priority: 'read' | 'write'
  /** The device is known to refuse this: it is no fault to tell. */
  readonly isRefusalKnown: boolean
  /** The device is silent: it is asked shortly, so that it costs the others of the line little. */
  readonly isSilent: boolean
  /** How a read may be changed so that its reply is unmistakable. */
  readonly room: () => ReadRoom | null
}

/** Exchanges for which a device that once sent a reply in pieces may pause within one (editable assumption: some minutes). */
const patientFor = 300

/** One device's exchanges on its line: with the deadline learned from it, counted, and with what went wrong last. */
export const createDeviceExchange = (
  line: ModbusLine,
  link: LinkHabits,
  /** Shared by the devices of a line: until when it may be busy with a request that was given up. */
  heldUp: { untilMs: number },
  lineCounter: ExchangeCounter,
  clock: Clock,
) => {
  const deadlines = createAdaptiveDeadline(link)
  const counter = createExchangeCounter()
  const known: {
    lastFault: DeviceHealth['lastFault']
    lastGoodAtMs: number | null
    isUnrouted: boolean
  } = { lastFault: null, lastGoodAtMs: null, isUnrouted: false }
  /** Exchanges left in which a reply may pause as long as the deadline lasts. */
  let patience = 0

  const noteFault = (kind: string, fault: ExchangeFault, sentMs: number, ownMs: number): void => {
    if (fault.isCut === true) {
      deadlines.wasCut(kind, ownMs)
      patience = patientFor
    }
    if (fault.kind === 'timeout') {
      deadlines.timedOut(kind)
      heldUp.untilMs = Math.max(heldUp.untilMs, sentMs + link.holdMs)
    } else if (fault.kind === 'exception') heldUp.untilMs = 0
  }

  return {
    counter,
    known: (): Readonly<typeof known> => known,
    /** Deadline of the next read of this block, ms. */
    deadlineMs: (request: ModbusRequest, isSilent: boolean): number => deadlines.next(kindOf(request), isSilent),
    longestDeadlineMs: deadlines.longestMs,
    beyondReach: deadlines.beyondReach,
    noteFault(atMs: number, kind: string, message: string): void {
      known.lastFault = { atMs, kind, message }
    },
    /** A reply of this unit that came after its deadline. */
    noteLateReply(afterMs: number | undefined): void {
      counter.noteLateReply()
      if (afterMs !== undefined) deadlines.cameLate(afterMs)
    },
    async run(request: ModbusRequest, habits: LineHabits, wish: ExchangeWish): Promise<ExchangeOutcome> {
      const { priority } = wish
      const { quietMs, maxRegisters } = habits
      const kind = kindOf(request)
      const sentMs = clock.monotonicMs()
      const heldMs = Math.max(0, heldUp.untilMs - sentMs)
      // A write that is lost is never repeated blindly, so it gets all the time there is.
      const ownMs = priority === 'write' ? deadlines.longestMs() : deadlines.next(kind, wish.isSilent)
      const deadlineMs = ownMs + heldMs
      const outcome = await line.transact(request, {
        deadlineMs,
        priority,
        quietMs,
        maxRegisters,
        ...(patience > 0 ? { pauseMs: deadlineMs } : {}),
        room: wish.room,
      })
      patience = Math.max(0, patience - 1)
      counter.note(outcome)
      lineCounter.note(outcome)
      if (outcome.ok) {
        known.lastGoodAtMs = outcome.atMs
        // A reply that may have waited behind a lost request says nothing about this device.
        if (heldMs === 0) deadlines.replied(kind, outcome.completeMs)
        heldUp.untilMs = 0
      } else {
        const { fault, atMs } = outcome
        if (!(wish.isRefusalKnown && fault.kind === 'exception'))
          known.lastFault = { atMs, kind: faultName(fault), message: fault.message }
        noteFault(kind, fault, sentMs, ownMs)
      }
      known.isUnrouted = !outcome.ok && gatewaySays(outcome.fault) === 'no-path'
      return outcome
    },
  }
}
export type DeviceExchange = ReturnType<typeof createDeviceExchange>

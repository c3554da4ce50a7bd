import type { Telegram } from '../../../../shared/mbus/decoded-telegram.ts'
import { decodeTelegram } from '../../../../shared/mbus/telegram.ts'
import type { Clock } from '../../ports.ts'
import type { ExchangeFault } from '../../lines/field-line.ts'
import type { MbusLine, MbusOutcome } from '../../lines/mbus-line.ts'
import {
  dataOf,
  faultOf,
  hasSeen,
  newReading,
  notesOf,
  stepReading,
  telegramOf,
  type Asked,
  type Demanded,
  type Reading,
} from './mbus-answer.ts'
import {
  addressText,
  requestAlarm,
  requestData,
  reset,
  select,
  selectedAddress,
  type MbusAddress,
} from './mbus-frames.ts'

/** A meter that is full (DFC) gets this long to work off what it has, ms. */
const fullMs = 300

export type MbusRead =
  /** `notes`: what a person should know of the meter or of this reading. */
  | {
      readonly ok: true
      readonly telegrams: readonly Telegram[]
      readonly notes: readonly string[]
      readonly atMs: number
    }
  | { readonly ok: false; readonly fault: ExchangeFault; readonly atMs: number }

type Failed = { readonly ok: false; readonly fault: ExchangeFault; readonly atMs: number }
type Exchange = MbusLine['exchange']

/** Somebody did answer. */
const isGarbled = ({ kind }: ExchangeFault): boolean => kind === 'collision' || kind === 'crc' || kind === 'malformed'

const isRetried = (outcome: MbusOutcome): boolean =>
  !outcome.ok && outcome.fault.kind !== 'offline' && outcome.fault.kind !== 'closed'

/** Asks one meter in the conversations of its line: every outcome is noted, and a frame that brought nothing right goes out once more. */
const createAsking = (clock: Clock, note: (outcome: MbusOutcome) => void) => {
  let isStopping = false
  const ask: (exchange: Exchange, ...rest: Parameters<Exchange>) => Promise<MbusOutcome> = async (
    exchange,
    frame,
    options,
  ) => {
    if (isStopping) return { ok: false, fault: faultOf('closed', 'reading was stopped'), atMs: clock.nowMs() }
    const outcome = await exchange(frame, options)
    note(outcome)
    return outcome
  }
  /** The same frame once more where nothing right came: with the same FCB, so the meter says the same again. */
  const insist: typeof ask = async (exchange, frame, options) => {
    const outcome = await ask(exchange, frame, options)
    return isRetried(outcome) ? ask(exchange, frame, options) : outcome
  }

  return {
    ask,
    insist,
    stop: (): void => {
      isStopping = true
    },
  }
}

/** Readings of one meter: made ready, all its telegrams, its alarms; with the frame count bit between them. */
const createReadings = (asked: Asked, clock: Clock, { ask, insist }: ReturnType<typeof createAsking>) => {
  const { address, name, target } = asked
  /** The next new request's FCB: true after a reset. */
  let fcb = true
  /** Some meters know no REQ_UD1 and say nothing to it. */
  let knowsAlarms = true

  /**
   * Makes ready to be asked: a secondary address is selected, a primary one reset. Before each reading, for the frame count bit is known
   * for sure only after a reset: a search, another program or a meter without power in between change it, and the meter would say once
   * more what it said to them, however old. Null when done.
   */
  const begin = async (exchange: Exchange): Promise<ExchangeFault | null> => {
    if (address.kind === 'secondary') {
      const selected = await insist(exchange, select(address), { expect: 'ack' })
      if (!selected.ok) {
        return selected.fault.kind === 'timeout'
          ? faultOf(
              'timeout',
              `no meter lets itself be selected as ${name}: check the number, that the meter has power and is on the bus, and that it can be addressed by number`,
            )
          : selected.fault
      }
      // A selection resets the frame count of address 253.
      fcb = true
      return null
    }
    const outcome = await insist(exchange, reset(target), { expect: 'ack' })
    if (!outcome.ok) return outcome.fault
    fcb = true
    return null
  }

  /** Class 1 data: what the meter wants to be asked for (ACD). */
  const alarm = async (exchange: Exchange): Promise<string[]> => {
    if (!knowsAlarms) return []
    const outcome = await ask(exchange, requestAlarm(target, fcb), { expect: 'either', isProbing: true })
    if (!outcome.ok) {
      knowsAlarms = outcome.fault.kind !== 'timeout'
      return []
    }
    fcb = !fcb
    if (outcome.frame === null || outcome.frame.kind === 'ack' || outcome.frame.kind === 'short') return []
    const decoded = decodeTelegram(outcome.frame.ci, outcome.frame.data)
    return decoded.ok && decoded.telegram.report !== null
      ? [`it reports an alarm: ${decoded.telegram.report.text}`]
      : []
  }

  /**
   * The next telegram. What can only be a late answer to something before (another meter's, or the telegram just read) is asked for once
   * more with the same frame count bit; `isRepeated` where it stays that.
   */
  const demand = async (exchange: Exchange, reading: Reading): Promise<({ readonly ok: true } & Demanded) | Failed> => {
    for (let attempt = 0; ; attempt += 1) {
      const outcome = await insist(exchange, requestData(target, fcb), { expect: 'answer' })
      if (!outcome.ok) return outcome
      const { atMs } = outcome
      const frame = dataOf(asked, outcome.frame)
      const telegram = 'control' in frame ? telegramOf(asked, frame) : frame
      const isRepeated = 'control' in frame && hasSeen(reading, frame)
      if (attempt === 0 && (isRepeated || ('kind' in telegram && telegram.kind === 'wrong-unit'))) continue
      return 'records' in telegram && 'control' in frame
        ? { ok: true, frame, telegram, isRepeated, atMs }
        : { ok: false, fault: telegram as ExchangeFault, atMs }
    }
  }

  const readAll = async (exchange: Exchange): Promise<MbusRead> => {
    let reading = newReading
    for (;;) {
      const demanded = await demand(exchange, reading)
      if (!demanded.ok) return demanded
      const step = stepReading(reading, demanded)
      reading = step.reading
      if (step.isNew) fcb = !fcb
      if (step.next === 'over') break
      if (step.next === 'pause') await new Promise<void>((resolve) => void clock.after(fullMs, resolve))
    }
    const { telegrams, atMs } = reading
    const alarms = reading.wantsAlarm ? await alarm(exchange) : []
    return { ok: true, telegrams, notes: notesOf(reading, alarms), atMs: atMs ?? clock.nowMs() }
  }
  return {
    begin,
    readAll,
    forget: (): void => {
      knowsAlarms = true
    },
  }
}

/** One meter on its line: link reset, frame count bit, all its telegrams. It asks once more where an answer is lost or broken. */
export const createMbusSession = (
  line: Pick<MbusLine, 'converse'>,
  address: MbusAddress,
  clock: Clock,
  note: (outcome: MbusOutcome) => void,
) => {
  const name = addressText(address)
  const target = address.kind === 'primary' ? address.address : selectedAddress
  const asking = createAsking(clock, note)
  const { begin, readAll, forget } = createReadings({ address, name, target }, clock, asking)

  return {
    name,
    target,
    /** All telegrams of one reading. Never rejects. */
    read: (): Promise<MbusRead> =>
      line.converse(async (exchange) => {
        const fault = await begin(exchange)
        const read: MbusRead = fault === null ? await readAll(exchange) : { ok: false, fault, atMs: clock.nowMs() }
        // Whoever stays selected would answer the next selection's questions too. That it does not acknowledge changes nothing and is no fault.
        if (address.kind === 'secondary' && (fault === null || isGarbled(fault))) {
          const deselected = await exchange(reset(selectedAddress), { expect: 'ack', isProbing: true })
          if (deselected.ok) note(deselected)
        }
        return read
      }),
    /** The line was away: the meter may be another one. */
    forget,
    /** Ends a reading after the exchange in flight, as a fault of the kind `closed`; for good. */
    stop: asking.stop,
  }
}
export type MbusSession = ReturnType<typeof createMbusSession>

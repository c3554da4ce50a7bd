import type { LinkFrame } from '../../../../shared/mbus/link-frame.ts'
import type { MbusHeader } from '../../../../shared/mbus/header.ts'
import { decodeTelegram } from '../../../../shared/mbus/telegram.ts'
import type { Telegram } from '../../../../shared/mbus/decoded-telegram.ts'
import type { Clock, ExchangeFault, MbusLine, MbusOutcome } from '../../ports.ts'
import {
  addressText,
  requestAlarm,
  requestData,
  reset,
  select,
  selectedAddress,
  type MbusAddress,
  type SecondaryAddress,
} from './mbus-frames.ts'

/** A meter that says "more follows" for longer than this is not read further: no real one needs as many. */
const mostTelegrams = 16
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

type Demanded =
  | {
      readonly ok: true
      readonly frame: DataFrame
      readonly telegram: Telegram
      readonly isRepeated: boolean
      readonly atMs: number
    }
  | { readonly ok: false; readonly fault: ExchangeFault; readonly atMs: number }
type Exchange = MbusLine['exchange']
type DataFrame = Extract<LinkFrame, { kind: 'control' | 'long' }>

/** Control field of a meter: RSP_UD with ACD (alarm data wait) and DFC (it can take no more) (EN 13757-2). */
const isData = (control: number): boolean => (control & 0x4f) === 0x08
const accessDemand = (control: number): boolean => (control & 0x20) !== 0
const isFull = (control: number): boolean => (control & 0x10) !== 0

/** Somebody did answer. */
const isGarbled = ({ kind }: ExchangeFault): boolean => kind === 'collision' || kind === 'crc' || kind === 'malformed'

const faultOf = (kind: ExchangeFault['kind'], message: string): ExchangeFault => ({ kind, code: null, message })

/** A telegram's content without the access number of its header, which counts answers. */
const contentOf = (frame: DataFrame): string => frame.data.filter((_, index) => frame.ci !== 0x72 || index !== 8).join()

const isOther = (header: MbusHeader, { id, manufacturer, version, medium }: SecondaryAddress): boolean =>
  header.id.toUpperCase() !== id ||
  (header.manufacturer !== '' &&
    ((manufacturer !== null && manufacturer !== header.manufacturer) ||
      (version !== null && version !== header.version) ||
      (medium !== null && medium !== header.medium)))

/** What the status byte says, for a person. */
export const statusNotes = (telegram: Telegram): string[] => {
  const status = telegram.header?.status
  if (status === undefined) return []
  return [
    ...(status.powerLow ? ['it reports low power: check its battery or supply'] : []),
    ...(status.permanentError ? ['it reports a permanent error: have it checked or replaced'] : []),
    ...(status.temporaryError ? ['it reports a temporary error'] : []),
    ...(status.applicationError ? ['it reports an application error: its values may be wrong'] : []),
    ...(status.busy ? ['it reports that it is busy'] : []),
  ]
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
  /** The next new request's FCB: true after a reset. */
  let fcb = true
  let isStopping = false
  /** Some meters know no REQ_UD1 and say nothing to it. */
  let knowsAlarms = true
  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      clock.after(ms, resolve)
    })

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
  const isRetried = (outcome: MbusOutcome): boolean =>
    !outcome.ok && outcome.fault.kind !== 'offline' && outcome.fault.kind !== 'closed'

  /** The same frame once more where nothing right came: with the same FCB, so the meter says the same again. */
  const insist: typeof ask = async (exchange, frame, options) => {
    const outcome = await ask(exchange, frame, options)
    return isRetried(outcome) ? ask(exchange, frame, options) : outcome
  }

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

  const check = (frame: LinkFrame | null): DataFrame | ExchangeFault => {
    if (frame === null || frame.kind === 'ack')
      return faultOf('exception', `${name} acknowledges, but has no data to give`)
    if (frame.kind === 'short' || !isData(frame.control))
      return faultOf('malformed', `${name}: the answer is no data (control field ${frame.control.toString(16)})`)
    if (address.kind === 'primary' && frame.address !== target) {
      return faultOf(
        'wrong-unit',
        `${name}: the meter with address ${String(frame.address)} answered instead; check that addresses are unique and that no second master is on the bus`,
      )
    }
    return frame
  }

  const decode = (frame: DataFrame): Telegram | ExchangeFault => {
    const decoded = decodeTelegram(frame.ci, frame.data)
    if (!decoded.ok) return faultOf('malformed', `${name}: its telegram can't be read: ${decoded.problem}`)
    const { telegram } = decoded
    if (telegram.kind === 'error')
      return {
        kind: 'exception',
        code: telegram.report?.code ?? null,
        message: `${name} reports an error: ${telegram.report?.text ?? 'not specified'}`,
      }
    const { header } = telegram
    if (header?.status.busy === true && telegram.records.length === 0)
      return faultOf('exception', `${name} is busy and gives no values now`)
    if (address.kind === 'secondary' && header !== null && isOther(header, address)) {
      return faultOf(
        'wrong-unit',
        `${name}: the meter ${header.id} ${header.manufacturer} answered instead; two meters feel selected, or one ignores selections`,
      )
    }
    return telegram
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
  const demand = async (exchange: Exchange, seen: ReadonlySet<string>): Promise<Demanded> => {
    for (let attempt = 0; ; attempt += 1) {
      const outcome = await insist(exchange, requestData(target, fcb), { expect: 'answer' })
      if (!outcome.ok) return outcome
      const { atMs } = outcome
      const frame = check(outcome.frame)
      const telegram = 'control' in frame ? decode(frame) : frame
      const isRepeated = 'control' in frame && seen.has(contentOf(frame))
      if (attempt === 0 && (isRepeated || ('kind' in telegram && telegram.kind === 'wrong-unit'))) continue
      return 'records' in telegram && 'control' in frame
        ? { ok: true, frame, telegram, isRepeated, atMs }
        : { ok: false, fault: telegram as ExchangeFault, atMs }
    }
  }

  const readAll = async (exchange: Exchange): Promise<MbusRead> => {
    const telegrams: Telegram[] = []
    const notes: string[] = []
    const seen = new Set<string>()
    /** The first telegram's: nothing is told younger than it is. */
    let atMs: number | null = null
    let wantsAlarm = false
    for (;;) {
      const demanded = await demand(exchange, seen)
      if (!demanded.ok) return demanded
      const { frame, telegram } = demanded
      atMs ??= demanded.atMs
      if (demanded.isRepeated) {
        // What was asked for anew came as before: the meter does not heed the frame count bit, or goes round for ever.
        notes.push(
          'it repeats a telegram instead of going on (it ignores the frame count bit): if values are missing, they are out of reach',
        )
        break
      }
      seen.add(contentOf(frame))
      fcb = !fcb
      telegrams.push(telegram)
      wantsAlarm ||= accessDemand(frame.control)
      if (!telegram.moreFollows) break
      if (telegrams.length === mostTelegrams) {
        notes.push(`it still announced more after ${String(mostTelegrams)} telegrams: the rest was not read`)
        break
      }
      if (isFull(frame.control)) await pause(fullMs)
    }
    if (wantsAlarm) notes.push(...(await alarm(exchange)))
    for (const text of new Set(telegrams.flatMap((each) => [...statusNotes(each), ...each.notes]))) notes.push(text)
    return { ok: true, telegrams, notes, atMs }
  }

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
    forget(): void {
      knowsAlarms = true
    },
    /** Ends a reading after the exchange in flight, as a fault of the kind `closed`; for good. */
    stop(): void {
      isStopping = true
    },
  }
}
export type MbusSession = ReturnType<typeof createMbusSession>

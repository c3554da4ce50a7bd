import type { LinkFrame } from '../../../../shared/mbus/link-frame.ts'
import type { MbusHeader } from '../../../../shared/mbus/header.ts'
import { decodeTelegram } from '../../../../shared/mbus/telegram.ts'
import type { Telegram } from '../../../../shared/mbus/decoded-telegram.ts'
import type { ExchangeFault } from '../../lines/field-line.ts'
import type { MbusAddress, SecondaryAddress } from './mbus-frames.ts'

/** What a meter answered, judged: pure, and each fault says what, where and what to check. */

export type DataFrame = Extract<LinkFrame, { kind: 'control' | 'long' }>

/** Who was asked; `target`: the address on the link, `name`: for a person. */
export interface Asked {
  readonly address: MbusAddress
  readonly name: string
  readonly target: number
}

/** A meter that says "more follows" for longer than this is not read further: no real one needs as many. */
const mostTelegrams = 16

/** Control field of a meter: RSP_UD with ACD (alarm data wait) and DFC (it can take no more) (EN 13757-2). */
const isData = (control: number): boolean => (control & 0x4f) === 0x08
const accessDemand = (control: number): boolean => (control & 0x20) !== 0
const isFull = (control: number): boolean => (control & 0x10) !== 0

export const faultOf = (kind: ExchangeFault['kind'], message: string): ExchangeFault => ({ kind, code: null, message })

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

/** The frame of an answer that has data, from whom was asked; otherwise why it is none. */
export const dataOf = ({ address, name, target }: Asked, frame: LinkFrame | null): DataFrame | ExchangeFault => {
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

/** What an answer says; otherwise why it can't be used. */
export const telegramOf = ({ address, name }: Asked, frame: DataFrame): Telegram | ExchangeFault => {
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

/** One telegram that was asked for. `isRepeated`: it came before in this reading. */
export interface Demanded {
  readonly frame: DataFrame
  readonly telegram: Telegram
  readonly isRepeated: boolean
  readonly atMs: number
}

/** A reading under way; plain data. */
export interface Reading {
  readonly telegrams: readonly Telegram[]
  readonly notes: readonly string[]
  readonly seen: ReadonlySet<string>
  /** The first telegram's: nothing is told younger than it is. */
  readonly atMs: number | null
  readonly wantsAlarm: boolean
}
export const newReading: Reading = { telegrams: [], notes: [], seen: new Set(), atMs: null, wantsAlarm: false }

/** `next`: ask on, ask on after a pause because the meter can take no more just now, or that was all. */
export interface ReadingStep {
  readonly reading: Reading
  readonly isNew: boolean
  readonly next: 'ask' | 'pause' | 'over'
}

export const hasSeen = ({ seen }: Reading, frame: DataFrame): boolean => seen.has(contentOf(frame))

export const stepReading = (before: Reading, { frame, telegram, isRepeated, atMs }: Demanded): ReadingStep => {
  const timed = { ...before, atMs: before.atMs ?? atMs }
  if (isRepeated) {
    // What was asked for anew came as before: the meter does not heed the frame count bit, or goes round for ever.
    const note =
      'it repeats a telegram instead of going on (it ignores the frame count bit): if values are missing, they are out of reach'
    return { reading: { ...timed, notes: [...before.notes, note] }, isNew: false, next: 'over' }
  }
  const reading: Reading = {
    ...timed,
    seen: new Set([...before.seen, contentOf(frame)]),
    telegrams: [...before.telegrams, telegram],
    wantsAlarm: before.wantsAlarm || accessDemand(frame.control),
  }
  if (!telegram.moreFollows) return { reading, isNew: true, next: 'over' }
  if (reading.telegrams.length === mostTelegrams) {
    const note = `it still announced more after ${String(mostTelegrams)} telegrams: the rest was not read`
    return { reading: { ...reading, notes: [...reading.notes, note] }, isNew: true, next: 'over' }
  }
  return { reading, isNew: true, next: isFull(frame.control) ? 'pause' : 'ask' }
}

/** What a person should know of the meter or of this reading. `alarms`: what it said when it was asked for them. */
export const notesOf = ({ notes, telegrams }: Reading, alarms: readonly string[]): string[] => [
  ...notes,
  ...alarms,
  ...new Set(telegrams.flatMap((each) => [...statusNotes(each), ...each.notes])),
]

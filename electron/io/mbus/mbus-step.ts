import { encodeLinkFrame, type LinkFrame } from '../../../shared/mbus/link-frame.ts'
import type { ExchangeFault } from '../../core/lines/field-line.ts'
import type { MbusExchangeOptions, MbusOutcome } from '../../core/lines/mbus-line.ts'
import { asideFault, debrisFault, describeMbus, mbusFault, mbusTimeout } from './mbus-fault.ts'

/** A master's frames have this bit in their control field, a meter's have not (EN 13757-2, 5.2). */
const fromMaster = 0x40

/** What came so far for the request under way; plain data. */
export interface MbusCame {
  /** Frames with a wrong check sum, and bytes that are no frame. */
  readonly checksums: number
  readonly others: number
  /** What came and is not what was asked for: it ends nothing, and says why where nothing better comes. */
  readonly aside: {
    readonly ack: MbusOutcome | null
    readonly foreign: number | null
    readonly hasData: boolean
    readonly hasMaster: boolean
  }
  /** The answer, held while it is listened whether another one follows. */
  readonly held: MbusOutcome | null
}
export const nothingCame: MbusCame = {
  checksums: 0,
  others: 0,
  aside: { ack: null, foreign: null, hasData: false, hasMaster: false },
  held: null,
}

/** `came` is null while no request is under way. `awaited`: address of the last request without an answer; what comes from there later is late. */
export interface MbusState {
  readonly came: MbusCame | null
  readonly awaited: number | null
}

export interface MbusAsked {
  readonly request: LinkFrame
  readonly options: Pick<MbusExchangeOptions, 'expect' | 'holdMs'>
}

/** What a step wants done, in this order. */
export type MbusEffect =
  | { readonly kind: 'stray'; readonly bytes: number }
  | { readonly kind: 'late'; readonly unit: number }
  | { readonly kind: 'finish'; readonly outcome: MbusOutcome }
  | { readonly kind: 'fail'; readonly fault: ExchangeFault }
  /** Listen for so long whether another answer follows. */
  | { readonly kind: 'hold'; readonly outcome: MbusOutcome; readonly ms: number }

export interface MbusStep {
  readonly state: MbusState
  readonly effects: readonly MbusEffect[]
}

/** A whole frame with a right check sum. `turnaroundMs`: from the request's last byte to this frame's first. */
export interface FrameCame {
  readonly frame: LinkFrame
  readonly bytes: Uint8Array
  readonly atMs: number
  readonly turnaroundMs: number
}

const isSame = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && one.every((byte, index) => byte === other[index])

type FromMeter = Exclude<LinkFrame, { kind: 'ack' }>
const isForeign = (request: LinkFrame, frame: LinkFrame): frame is FromMeter =>
  frame.kind !== 'ack' && request.kind !== 'ack' && request.address <= 250 && frame.address !== request.address

const asideOf = (came: MbusCame, aside: Partial<MbusCame['aside']>): MbusCame => ({
  ...came,
  aside: { ...came.aside, ...aside },
})

/** A frame nobody waits for: late where it comes from the meter that was asked last without an answer. */
const unasked = (state: MbusState, frame: LinkFrame, bytes: number): MbusStep => {
  const { came, awaited } = state
  if (awaited === null || (came !== null && frame.kind !== 'ack' && frame.address !== awaited))
    return { state, effects: [{ kind: 'stray', bytes }] }
  return { state: { ...state, awaited: null }, effects: [{ kind: 'late', unit: awaited }] }
}

const fromAMaster = (state: MbusState, asked: MbusAsked | null, bytes: Uint8Array): MbusStep => {
  const { came } = state
  // Our own once more: converter and bus both echo. Otherwise a request nobody here sent: another master is on the bus.
  if (asked !== null && isSame(bytes, encodeLinkFrame(asked.request))) return { state, effects: [] }
  return {
    state: came === null ? state : { ...state, came: asideOf(came, { hasMaster: true }) },
    effects: [{ kind: 'stray', bytes: bytes.length }],
  }
}

/** The frame is from whom was asked. */
const answered = (state: MbusState, came: MbusCame, event: FrameCame, asked: MbusAsked): MbusStep => {
  const { frame, bytes, atMs, turnaroundMs } = event
  const { expect, holdMs } = asked.options
  const stray: MbusEffect = { kind: 'stray', bytes: bytes.length }
  const outcome: MbusOutcome = { ok: true, frame, atMs, turnaroundMs }
  if (expect === 'answer' && frame.kind === 'ack') {
    // Most likely the late acknowledgement of what was asked before; an answer itself where nothing else comes.
    const isFirst = came.held === null && came.aside.ack === null
    return { state: isFirst ? { ...state, came: asideOf(came, { ack: outcome }) } : state, effects: [] }
  }
  if (came.held !== null) {
    const words = `${describeMbus(asked.request)}: two answers came, one after the other: several meters feel spoken to`
    return { state, effects: [stray, { kind: 'fail', fault: mbusFault('collision', words) }] }
  }
  if (expect === 'ack' && frame.kind !== 'ack')
    return { state: { ...state, came: asideOf(came, { hasData: true }) }, effects: [stray] }
  return holdMs === undefined
    ? { state: { ...state, awaited: null }, effects: [{ kind: 'finish', outcome }] }
    : {
        state: { awaited: null, came: { ...came, held: outcome } },
        effects: [{ kind: 'hold', outcome, ms: holdMs }],
      }
}

/** A frame came. `asked`: the request under way; null exactly where `state.came` is. */
export const stepFrame = (state: MbusState, event: FrameCame, asked: MbusAsked | null): MbusStep => {
  const { frame, bytes } = event
  const { came } = state
  if (frame.kind !== 'ack' && (frame.control & fromMaster) !== 0) return fromAMaster(state, asked, bytes)
  if (asked === null || came === null) return unasked(state, frame, bytes.length)
  if (!isForeign(asked.request, frame)) return answered(state, came, event, asked)
  // A late answer, or one to another master: ours may still come.
  return unasked({ ...state, came: asideOf(came, { foreign: frame.address }) }, frame, bytes.length)
}

/** Bytes that are no frame, or a frame with a wrong check sum. */
export const stepDebris = (state: MbusState, kind: 'checksum' | 'bytes', bytes: number): MbusStep => {
  const { came } = state
  const effects = [{ kind: 'stray', bytes } as const]
  if (came === null) return { state, effects }
  const counted = kind === 'checksum' ? { checksums: came.checksums + 1 } : { others: came.others + bytes }
  return { state: { ...state, came: { ...came, ...counted } }, effects }
}

/** Nothing more comes: what is there is judged. `pending`: bytes of a frame that did not end. `waitMs`: what was waited for the first byte. */
export const conclusion = (came: MbusCame, request: LinkFrame, pending: Uint8Array, waitMs: number): MbusEffect => {
  const { aside, checksums, others } = came
  const nothing = () => asideFault(request, aside) ?? mbusTimeout(request, waitMs)
  if (checksums + others + pending.length === 0)
    return aside.ack !== null ? { kind: 'finish', outcome: aside.ack } : { kind: 'fail', fault: nothing() }
  return { kind: 'fail', fault: aside.hasMaster ? nothing() : debrisFault(request, { checksums, others, pending }) }
}

/** Who may still answer after this outcome, by address; `before` where nothing changed. */
export const awaitedAfter = (before: number | null, outcome: MbusOutcome, request: LinkFrame): number | null => {
  if (outcome.ok || request.kind === 'ack') return before
  const { kind } = outcome.fault
  return kind === 'timeout' || kind === 'wrong-unit' ? request.address : before
}

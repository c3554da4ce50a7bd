/**
 * Finds the meters of an M-Bus.
 *
 *   for await (const event of searchMbus(line, { by: 'secondary', isCancelled: () => false })) ...
 *
 * `line` is an MbusLine (or anything with its `converse`); a site's own line may be used while it is polled, since every step is a
 * conversation of its own. `by: 'secondary'` walks the identification numbers with wildcards, digit by digit; `by: 'primary'` asks each
 * address. Events come in order: `found`, `collision` (meters that can't be told apart, with what to do), `note` (what could not be
 * searched), `progress` after every step with the place to resume from, and one `end`. It never throws.
 */
import { decodeTelegram } from '../../../../shared/mbus/telegram.ts'
import type { ExchangeFault } from '../../lines/field-line.ts'
import type { MbusLine, MbusOutcome } from '../../lines/mbus-line.ts'
import { requestData, reset, select, selectedAddress } from './mbus-frames.ts'

export interface MbusFound {
  /** Eight digits as printed on the meter (hex digits on some); null where its telegram has no number. */
  readonly id: string | null
  readonly manufacturer: string | null
  readonly version: number | null
  readonly medium: number | null
  readonly mediumName: string | null
  /** The primary address in its answer; 0 where it was never set up. */
  readonly primary: number
}

export type MbusSearchEvent =
  | {
      readonly kind: 'progress'
      /** 0..1 */ readonly share: number
      /** For `from` of a later search. */ readonly at: string
      readonly asked: number
    }
  | { readonly kind: 'found'; readonly meter: MbusFound }
  | { readonly kind: 'collision'; readonly at: string; readonly message: string }
  | { readonly kind: 'note'; readonly message: string }
  | { readonly kind: 'end'; readonly why: 'done' | 'cancelled' | 'offline'; readonly message: string }

export interface MbusSearchOptions {
  readonly by: 'secondary' | 'primary'
  /** Where an earlier search stopped (`at` of its last progress): digits, or an address. */
  readonly from?: string
  /** Primary addresses to ask; default 0 to 250. */
  readonly range?: { readonly first: number; readonly last: number }
  /**
   * Numbers with the digits A to E too, which some meters have. Without it they are looked for only where somebody answers and no
   * decimal digit fits; 1.5 times as long with it.
   */
  readonly hexDigits?: boolean
  readonly isCancelled: () => boolean
}

/** A second meter begins its answer within 330 bit times and 50 ms too; at 2400 baud that is 188 ms. */
const holdMs = 190
const digits = 8

type Answer =
  | { readonly kind: 'nobody' }
  | { readonly kind: 'several' }
  | { readonly kind: 'mute' }
  | { readonly kind: 'meter'; readonly meter: MbusFound }
  | { readonly kind: 'gone'; readonly fault: ExchangeFault }

const isGone = (outcome: MbusOutcome): ExchangeFault | null =>
  !outcome.ok && (outcome.fault.kind === 'offline' || outcome.fault.kind === 'closed') ? outcome.fault : null

type Exchange = MbusLine['exchange']

/** Asks whoever listens at `address` who it is. */
const whoIs = async (exchange: Exchange, address: number): Promise<Answer> => {
  const first = await exchange(requestData(address, true), { expect: 'answer', holdMs, isProbing: true })
  let outcome = first
  // Once more with the same FCB: what was only disturbed comes again as it was.
  if (!outcome.ok && isGone(outcome) === null)
    outcome = await exchange(requestData(address, true), { expect: 'answer', holdMs, isProbing: true })
  const gone = isGone(outcome)
  if (gone !== null) return { kind: 'gone', fault: gone }
  // Garbled once is several, even if the other time nothing came.
  if (!outcome.ok)
    return { kind: [first, outcome].every((each) => !each.ok && each.fault.kind === 'timeout') ? 'mute' : 'several' }
  const { frame } = outcome
  if (frame === null || frame.kind === 'ack' || frame.kind === 'short') return { kind: 'mute' }
  const decoded = decodeTelegram(frame.ci, frame.data)
  const header = decoded.ok ? decoded.telegram.header : null
  return {
    kind: 'meter',
    meter:
      header === null
        ? { id: null, manufacturer: null, version: null, medium: null, mediumName: null, primary: frame.address }
        : {
            id: header.id,
            manufacturer: header.manufacturer === '' ? null : header.manufacturer,
            version: header.version,
            medium: header.medium,
            mediumName: header.mediumName,
            primary: frame.address,
          },
  }
}

/** Who fits this number with wildcards. */
const askSecondary = (line: Pick<MbusLine, 'converse'>, id: string): Promise<Answer> =>
  line.converse(async (exchange) => {
    const selected = await exchange(select({ id, manufacturer: null, version: null, medium: null }), {
      expect: 'ack',
      isProbing: true,
    })
    const gone = isGone(selected)
    if (gone !== null) return { kind: 'gone', fault: gone }
    if (!selected.ok && selected.fault.kind === 'timeout') return { kind: 'nobody' }
    const answer: Answer = await whoIs(exchange, selectedAddress)
    // Deselects; who it was acknowledges, several garble it, and neither matters.
    await exchange(reset(selectedAddress), { expect: 'ack', isProbing: true })
    return answer
  })

const askPrimary = (line: Pick<MbusLine, 'converse'>, address: number): Promise<Answer> =>
  line.converse(async (exchange) => {
    const there = await exchange(reset(address), { expect: 'ack', isProbing: true })
    const gone = isGone(there)
    if (gone !== null) return { kind: 'gone', fault: gone }
    if (!there.ok && there.fault.kind === 'timeout') return { kind: 'nobody' }
    return whoIs(exchange, address)
  })

const ended = (why: 'cancelled' | 'offline', message: string): MbusSearchEvent => ({ kind: 'end', why, message })
const count = (meters: number): string => (meters === 1 ? '1 meter' : `${String(meters)} meters`)

interface Walk {
  asked: number
  found: number
  readonly seen: Set<string>
  stop: MbusSearchEvent | null
  readonly options: MbusSearchOptions
}

const report = (walk: Walk, meter: MbusFound): MbusSearchEvent[] => {
  const key = `${meter.id ?? `primary ${String(meter.primary)}`}/${meter.manufacturer ?? ''}/${String(meter.version)}/${String(meter.medium)}`
  if (walk.seen.has(key)) return []
  walk.seen.add(key)
  walk.found += 1
  return [{ kind: 'found', meter }]
}

async function* searchPrimary(line: Pick<MbusLine, 'converse'>, walk: Walk): AsyncGenerator<MbusSearchEvent> {
  const { first, last } = walk.options.range ?? { first: 0, last: 250 }
  const from = Math.max(first, Number(walk.options.from ?? first) || first)
  for (let address = from; address <= last; address += 1) {
    if (walk.options.isCancelled()) {
      walk.stop = ended('cancelled', `stopped before address ${String(address)}`)
      return
    }
    const answer = await askPrimary(line, address)
    walk.asked += 1
    if (answer.kind === 'gone') {
      walk.stop = ended('offline', answer.fault.message)
      return
    }
    if (answer.kind === 'meter') yield* report(walk, answer.meter)
    if (answer.kind === 'several') {
      yield {
        kind: 'collision',
        at: String(address),
        message: `several meters have the address ${String(address)}${address === 0 ? ' (never set up)' : ''}: search them by their numbers, then give each its own`,
      }
    }
    if (answer.kind === 'mute')
      yield { kind: 'note', message: `address ${String(address)} acknowledges, but gives no data` }
    yield {
      kind: 'progress',
      share: (address - first + 1) / (last - first + 1),
      at: String(address + 1),
      asked: walk.asked,
    }
  }
}

/** Everybody whose number begins with `prefix`; `share` and `width` place it in the whole search. Returns whether anybody answered below it. */
async function* descend(
  line: Pick<MbusLine, 'converse'>,
  walk: Walk,
  prefix: string,
  share: number,
  width: number,
): AsyncGenerator<MbusSearchEvent, boolean> {
  const from = walk.options.from ?? ''
  let isAnybody = false
  let isResumed = false
  let answering = 0
  const silent = new Set<string>()
  // Several answered to the prefix, so at least two must be below it: with fewer, a lost question may hide one, and the silent digits are asked again.
  for (const alphabet of ['0123456789', 'again', 'ABCDE']) {
    if (alphabet === 'again' && (answering >= 2 || isResumed)) continue
    // Hex digits cost time and are rare: without the option they are tried only where a decimal digit explains nothing.
    if (
      alphabet === 'ABCDE' &&
      walk.options.hexDigits !== true &&
      (isAnybody || (from.startsWith(prefix) && from.length > prefix.length))
    )
      continue
    for (const [index, digit] of (alphabet === 'again' ? [...silent] : [...alphabet]).entries()) {
      const next = prefix + digit
      if (next < from.slice(0, next.length)) {
        isAnybody = true
        isResumed = true
        continue
      }
      if (walk.options.isCancelled()) {
        walk.stop = ended('cancelled', `stopped before the numbers ${next.padEnd(digits, '*')}`)
        return true
      }
      const answer = await askSecondary(line, next.padEnd(digits, 'F'))
      walk.asked += 1
      const at = share + width * Math.min(1, index / 10)
      if (answer.kind === 'gone') {
        walk.stop = ended('offline', answer.fault.message)
        return true
      }
      if (answer.kind === 'nobody') silent.add(digit)
      else isAnybody = true
      answering += answer.kind === 'several' ? 2 : answer.kind === 'nobody' ? 0 : 1
      if (answer.kind === 'meter') yield* report(walk, answer.meter)
      if (answer.kind === 'mute')
        yield {
          kind: 'note',
          message: `a meter with the number ${next.padEnd(digits, '*')} lets itself be selected, but gives no data`,
        }
      if (answer.kind === 'several') {
        if (next.length === digits) {
          yield {
            kind: 'collision',
            at: next,
            message: `several meters have the number ${next}: search their primary addresses, or take one off the bus`,
          }
        } else {
          const below = yield* descend(line, walk, next, at, width / 10)
          if (walk.stop !== null) return true
          if (!below)
            yield {
              kind: 'collision',
              at: next,
              message: `somebody answers to ${next.padEnd(digits, '*')}, but to none of the numbers below it: search the primary addresses as well`,
            }
        }
      }
      yield {
        kind: 'progress',
        share: Math.min(1, alphabet === '0123456789' ? at + width / 10 : share + width),
        at: next,
        asked: walk.asked,
      }
    }
  }
  return isAnybody
}

async function* searchSecondary(line: Pick<MbusLine, 'converse'>, walk: Walk): AsyncGenerator<MbusSearchEvent> {
  if (walk.options.isCancelled()) {
    walk.stop = ended('cancelled', 'stopped before it began')
    return
  }
  const everybody = await askSecondary(line, ''.padEnd(digits, 'F'))
  walk.asked += 1
  if (everybody.kind === 'gone') {
    walk.stop = ended('offline', everybody.fault.message)
    return
  }
  if (everybody.kind === 'meter') {
    yield* report(walk, everybody.meter)
    return
  }
  if (everybody.kind === 'nobody') {
    yield {
      kind: 'note',
      message:
        'nobody lets itself be selected by number: the bus is empty, has another baud rate, or its meters know primary addresses only: search those too',
    }
    return
  }
  yield* descend(line, walk, '', 0, 1)
  if (walk.options.hexDigits !== true && walk.stop === null) {
    yield {
      kind: 'note',
      message:
        'numbers with the digits A to E were looked for only where no decimal one fitted; if a meter is missing, search with them, or search the primary addresses 0 to 250',
    }
  }
}

export async function* searchMbus(
  line: Pick<MbusLine, 'converse'>,
  options: MbusSearchOptions,
): AsyncGenerator<MbusSearchEvent> {
  const walk: Walk = { asked: 0, found: 0, seen: new Set(), stop: null, options }
  yield* options.by === 'primary' ? searchPrimary(line, walk) : searchSecondary(line, walk)
  yield (
    walk.stop ?? {
      kind: 'end',
      why: 'done',
      message: `${count(walk.found)} found with ${String(walk.asked)} questions`,
    }
  )
}

import { lineProblemText } from '../../../shared/said/line-problem.ts'
import { hexOf } from '../../../shared/modbus/words.ts'
import type { TapeEntry } from '../../../shared/bus/tape-entry.ts'
import type { Clock, Stop } from '../ports.ts'
import type { FieldLine, LineEvent, LineFrame } from '../lines/field-line.ts'

/** One kept thing; the bytes stay bytes until somebody looks. */
type Kept =
  | { readonly seq: number; readonly cost: number; readonly frame: LineFrame }
  | { readonly seq: number; readonly cost: number; readonly event: LineEvent; readonly monotonicMs: number }

/** What an entry costs beside its bytes: small objects and a buffer of its own in V8 (measured on Node 20: about 400 bytes). */
const overhead = 400
/** Nothing older is kept: it is what a person looks back on after noticing something. */
const keptMs = 10 * 60_000

export interface LineTape {
  /** Entries from this time on (UTC ms), oldest first. */
  since(fromMs: number): TapeEntry[]
  range(fromMs: number, toMs: number): TapeEntry[]
  /** Entries after this place. */
  after(seq: number): TapeEntry[]
  lastSeq(): number
  status(): {
    readonly entries: number
    readonly bytes: number
    readonly boundBytes: number
    readonly sinceMs: number | null
    readonly dropped: number
  }
  stop: Stop
}

const detailOf = (event: LineEvent): string =>
  event.kind === 'disconnected' ? lineProblemText(event.problem) : event.kind === 'stray' ? `${event.bytes} bytes` : ''

const entryOf = (kept: Kept): TapeEntry => {
  const { seq } = kept
  if ('frame' in kept) {
    const { atMs, monotonicMs, firstMonotonicMs, direction, bytes } = kept.frame
    return { kind: 'frame', seq, atMs, monotonicMs, firstMonotonicMs, direction, hex: hexOf(bytes) }
  }
  const { event, monotonicMs } = kept
  return {
    kind: 'event',
    seq,
    atMs: event.atMs,
    monotonicMs,
    event: event.kind,
    unit: event.kind === 'late-reply' ? event.unit : null,
    detail: detailOf(event),
  }
}

/** The last minutes of a line, bounded in bytes and time. Recording is one object a frame; decoding and pairing are left to whoever looks. */
export const createLineTape = (
  line: Pick<FieldLine, 'onFrame' | 'onEvent'>,
  clock: Pick<Clock, 'monotonicMs'>,
  boundBytes: number,
): LineTape => {
  let kept: Kept[] = []
  /** Entries before this are dropped; the array is cut now and then, not at every entry. */
  let head = 0
  let bytes = 0
  let seq = 0
  let dropped = 0

  const timeOf = (item: Kept): number => ('frame' in item ? item.frame.monotonicMs : item.monotonicMs)
  const utcOf = (item: Kept): number => ('frame' in item ? item.frame.atMs : item.event.atMs)
  const trim = (): void => {
    const oldestMs = clock.monotonicMs() - keptMs
    for (
      let first = kept[head];
      first !== undefined && (bytes > boundBytes || timeOf(first) < oldestMs);
      first = kept[head]
    ) {
      bytes -= first.cost
      dropped += 1
      head += 1
    }
    if (head > 512 && head > kept.length / 2) {
      kept = kept.slice(head)
      head = 0
    }
  }
  const keep = (item: Kept): void => {
    kept.push(item)
    bytes += item.cost
    trim()
  }
  const select = (wanted: (item: Kept) => boolean): TapeEntry[] => {
    trim()
    const out: TapeEntry[] = []
    for (let index = head; index < kept.length; index += 1) {
      const item = kept[index]
      if (item !== undefined && wanted(item)) out.push(entryOf(item))
    }
    return out
  }

  const stops = [
    line.onFrame((frame) => {
      keep({ seq: (seq += 1), cost: overhead + frame.bytes.length, frame })
    }),
    line.onEvent((event) => {
      keep({ seq: (seq += 1), cost: overhead, event, monotonicMs: clock.monotonicMs() })
    }),
  ]
  return {
    since: (fromMs) => select((item) => utcOf(item) >= fromMs),
    range: (fromMs, toMs) => select((item) => utcOf(item) >= fromMs && utcOf(item) <= toMs),
    after(last) {
      const out: TapeEntry[] = []
      for (let index = kept.length - 1; index >= head; index -= 1) {
        const item = kept[index]
        if (item === undefined || item.seq <= last) break
        out.push(entryOf(item))
      }
      return out.reverse()
    },
    lastSeq: () => seq,
    status: () => ({
      entries: kept.length - head,
      bytes,
      boundBytes,
      sinceMs: kept.slice(head, head + 1).map(utcOf)[0] ?? null,
      dropped,
    }),
    stop: () => {
      for (const stop of stops) stop()
    },
  }
}

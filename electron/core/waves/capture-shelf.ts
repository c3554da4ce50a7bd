import type { CaptureSummary } from '../../../shared/wave/wave-observation.ts'

/** What one source may keep; both are editable assumptions. A capture of three seconds of 8 channels at 10 kS/s is 1 MB. */
export interface CaptureBounds {
  readonly count: number
  readonly bytes: number
}
export const usualBounds: CaptureBounds = { count: 200, bytes: 128_000_000 }

/** What is kept of a source, for the screen. */
export interface CaptureRoom {
  readonly bounds: CaptureBounds
  readonly count: number
  readonly bytes: number
  /** Left out since the program started, to make room. */
  readonly dropped: number
  /** disk: they outlast the program. */
  readonly on: 'disk' | 'memory'
  /** Why the newest could not be kept on the disk; null: nothing is wrong. */
  readonly problem: string | null
}

/** Where captures are kept, whoever took them: implemented by io, beside the site. */
export interface CaptureShelf {
  /** Of one source, oldest first. */
  list(source: string): readonly CaptureSummary[]
  /** In the bytes of assets/waves/README.md; null: it is not kept any more. */
  bytesOf(source: string, captureId: string): Promise<Uint8Array | null>
  /** Resolves when it would outlast the program, or when it is known why not (`room`). Never rejects. */
  keep(summary: CaptureSummary, bytes: Uint8Array): Promise<void>
  room(source: string): CaptureRoom
}

/**
 * Which of a source's captures have to go, given oldest first: first those a level took, of which there can be any number, then the oldest. The
 * newest stays whatever its size.
 */
export const excessOf = (captures: readonly CaptureSummary[], bounds: CaptureBounds): readonly CaptureSummary[] => {
  const others = captures.slice(0, -1)
  const order = [
    ...others.filter(({ cause }) => cause.kind === 'level'),
    ...others.filter(({ cause }) => cause.kind !== 'level'),
  ]
  let [count, bytes] = [captures.length, captures.reduce((sum, capture) => sum + capture.bytes, 0)]
  const gone: CaptureSummary[] = []
  for (const capture of order) {
    if (count <= bounds.count && bytes <= bounds.bytes) break
    gone.push(capture)
    count -= 1
    bytes -= capture.bytes
  }
  return gone
}

/** What is known of the kept captures of all sources: in order, within bounds. */
export const createCaptureIndex = (bounds: CaptureBounds) => {
  const kept = new Map<string, readonly CaptureSummary[]>()
  const dropped = new Map<string, number>()
  const list = (source: string): readonly CaptureSummary[] => kept.get(source) ?? []
  return {
    list,
    has: (source: string, captureId: string): boolean => list(source).some((each) => each.captureId === captureId),
    /** Answers those that have to go for it. */
    add: (summary: CaptureSummary): readonly CaptureSummary[] => {
      const { source, captureId } = summary
      const all = [...list(source).filter((each) => each.captureId !== captureId), summary].sort(
        (one, other) => one.atMs - other.atMs,
      )
      const gone = excessOf(all, bounds)
      kept.set(
        source,
        all.filter((each) => !gone.includes(each)),
      )
      dropped.set(source, (dropped.get(source) ?? 0) + gone.length)
      return gone
    },
    room: (source: string): Omit<CaptureRoom, 'on' | 'problem'> => ({
      bounds,
      count: list(source).length,
      bytes: list(source).reduce((sum, { bytes }) => sum + bytes, 0),
      dropped: dropped.get(source) ?? 0,
    }),
  }
}

/** Keeps them for as long as the program runs, as in a test. */
export const forgetfulCaptures = (bounds: CaptureBounds = { count: 50, bytes: 8 << 20 }): CaptureShelf => {
  const index = createCaptureIndex(bounds)
  const bytesOf = new Map<string, Uint8Array>()
  const keyOf = (source: string, captureId: string): string => `${source} ${captureId}`
  return {
    list: index.list,
    bytesOf: (source, captureId) => Promise.resolve(bytesOf.get(keyOf(source, captureId)) ?? null),
    keep: (summary, bytes) => {
      bytesOf.set(keyOf(summary.source, summary.captureId), bytes)
      for (const { source, captureId } of index.add(summary)) bytesOf.delete(keyOf(source, captureId))
      return Promise.resolve()
    },
    room: (source) => ({ ...index.room(source), on: 'memory', problem: null }),
  }
}

import { keyOfFrame, type ReplyShape } from './reply-shape.ts'

interface Suspect {
  readonly shape: ReplyShape
  readonly sentAtMs: number
  passed: boolean
}

/** No device or gateway known to us answers half a minute late; after that a request counts as never answered (assumption). */
const horizonMs = 30_000

/**
 * The requests of an RTU line whose reply was never seen: it may still come, at any time. Every request gets at most one reply,
 * so a late one that is recognised strikes its request off.
 */
export const createSuspects = (monotonicMs: () => number) => {
  let suspects: Suspect[] = []
  let struckOff: (shape: ReplyShape) => void = () => undefined
  const current = (): Suspect[] => {
    const oldest = monotonicMs() - horizonMs
    suspects = suspects.filter((suspect) => suspect.sentAtMs >= oldest)
    return suspects
  }
  return {
    add(shape: ReplyShape, sentAtMs: number): void {
      suspects.push({ shape, sentAtMs, passed: false })
    },
    /**
     * Whether a reply to this could be the late one of an older request: `open`; or only if the device answers out of
     * turn: `passed`.
     */
    doubt(key: string): 'none' | 'open' | 'passed' {
      const same = current().filter((suspect) => suspect.shape.key === key)
      if (same.length === 0) return 'none'
      return same.some((suspect) => !suspect.passed) ? 'open' : 'passed'
    },
    hasFunction: (unit: number, functionCode: number): boolean =>
      current().some(({ shape, passed }) => !passed && shape.unit === unit && shape.functionCode === functionCode),
    /** How often a request with this reply is open. */
    openCount: (key: string): number => current().filter(({ shape, passed }) => !passed && shape.key === key).length,
    /** Whether a reply with key `barrier` can only have been asked for after every open request with key `key`. */
    isAfter(barrier: string, key: string): boolean {
      const open = current().filter(({ passed }) => !passed)
      const last = open.findLastIndex(({ shape }) => shape.key === key)
      const first = open.findIndex(({ shape }) => shape.key === barrier)
      return first < 0 || first > last
    },
    /** The unit answered something sent after them: a device that answers in turn will not answer these any more. */
    pass(unit: number): void {
      for (const suspect of current()) if (suspect.shape.unit === unit) suspect.passed = true
    },
    /** The oldest request this frame may answer, struck off; returns how long ago it was sent, or null when there is none. */
    strikeOff(frame: Uint8Array): number | null {
      const key = keyOfFrame(frame)
      const index = current().findIndex(({ shape }) =>
        key === null ? shape.unit === frame[0] && (shape.functionCode | 0x80) === frame[1] : shape.key === key,
      )
      const struck = index < 0 ? undefined : suspects.splice(index, 1)[0]
      if (struck === undefined) return null
      if (key !== null) struckOff(struck.shape)
      return monotonicMs() - struck.sentAtMs
    },
    /** Called with every request whose late reply was recognised; one listener. */
    onStruckOff(listener: (shape: ReplyShape) => void): void {
      struckOff = listener
    },
  }
}
export type Suspects = ReturnType<typeof createSuspects>

/** How many lines may be written in a while: of one kind, and in all. */
export interface LogGateOptions {
  readonly windowMs: number
  readonly perKind: number
  readonly inAll: number
}

export interface LogGate {
  /** Whether a line of this kind is written now, and what was left out in the window that just ended. */
  readonly admit: (kind: string, atMs: number) => { readonly write: boolean; readonly leftOut: readonly LeftOut[] }
}
export interface LeftOut {
  readonly kind: string
  readonly count: number
}

/** Kinds counted by name; more of them in one window are counted together. */
const mostKinds = 200
const others = 'other messages'

/** Keeps a peer that talks without end from filling a disk or hiding what matters: the rest of its lines is counted. */
export const createLogGate = ({ windowMs, perKind, inAll }: LogGateOptions): LogGate => {
  let sinceMs = -Infinity
  let written = 0
  const kinds = new Map<string, { written: number; leftOut: number }>()

  const turnWindow = (atMs: number): LeftOut[] => {
    // A clock that was set back begins a window too: otherwise nothing would be written until it has caught up.
    if (atMs >= sinceMs && atMs - sinceMs < windowMs) return []
    const leftOut = [...kinds].flatMap(([kind, { leftOut: count }]) => (count > 0 ? [{ kind, count }] : []))
    sinceMs = atMs
    written = 0
    kinds.clear()
    return leftOut
  }
  return {
    admit: (kind, atMs) => {
      const leftOut = turnWindow(atMs)
      const name = kinds.has(kind) || kinds.size < mostKinds ? kind : others
      const held = kinds.get(name) ?? { written: 0, leftOut: 0 }
      kinds.set(name, held)
      const write = held.written < perKind && written < inAll
      if (write) {
        held.written += 1
        written += 1
      } else held.leftOut += 1
      return { write, leftOut }
    },
  }
}

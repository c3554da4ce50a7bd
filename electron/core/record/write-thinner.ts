import type { Write } from '../../../shared/model/decision.ts'

/** A limit that is only repeated to feed a watchdog is kept this often for each charger, ms (editable assumption). */
export const keepRepeatedMs = 900_000

/**
 * Which writes are stored: all that set a limit, and every repetition that did not go well; of those that did, one in a while, so that a
 * charger whose watchdog wants its limit every ten seconds does not fill the disk with the same row.
 */
export const createWriteThinner = (): ((write: Write) => boolean) => {
  const kept = new Map<string, { readonly atMs: number; readonly id: string }>()
  return (write) => {
    if (write.reason !== 'heartbeat' || write.state === 'failed') return true
    const last = kept.get(write.chargerId)
    // Its later states replace the row that was begun with it.
    if (last?.id === write.id) return true
    const sinceMs = last === undefined ? Infinity : write.atMs - last.atMs
    if (sinceMs >= 0 && sinceMs < keepRepeatedMs) return false
    kept.set(write.chargerId, { atMs: write.atMs, id: write.id })
    return true
  }
}

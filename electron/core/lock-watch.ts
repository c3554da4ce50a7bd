import type { SiteLock } from './site-lock.ts'

/** Looked at this often, in cycles of one second. */
const everyCycles = 5
/** The lock file may be away for a moment while another program puts it back: one look is no proof. */
const looksUntilLost = 2

/**
 * One site has one controller. Called once a cycle while control is armed; true once when the lock file has been another
 * program's, or gone, for two looks in a row: then this program must let go.
 */
export const createLockWatch = (lock: SiteLock) => {
  let cycles = 0
  let missing = 0
  return (armed: boolean): boolean => {
    cycles += 1
    if (!armed || cycles % everyCycles !== 0) return false
    missing = lock.stillHeld?.() === false ? missing + 1 : 0
    return missing === looksUntilLost
  }
}

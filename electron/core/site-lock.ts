/** The site lock: whoever holds it may write to chargers. */
export interface SiteLock {
  readonly held: boolean
  /** "held by process 4711 on host depot-pc since 2026-11-23 10:12 UTC"; null when we hold it. */
  readonly holder: string | null
  /** Not held because another program has it (or is just taking it), and not because the file can't be written. */
  readonly isAnothers?: boolean
  /**
   * True while the lock on disk is still this program's; false when it is gone or another's, and always false when it was never held.
   * Cheap enough for once a few seconds. Ask twice before acting on a false: a program that judges the lock wrongly puts it back within milliseconds.
   */
  stillHeld?(): boolean
  release(): Promise<void>
}

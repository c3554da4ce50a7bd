import type { Database } from './database.ts'
import { isDamage, UnusableFileError } from './open-file.ts'
import type { FileKind } from './schema.ts'

/** A file that is locked or on a full disk is tried again after this long at most; each try may wait for the lock. */
const usualReopenMs = 10_000

/** The place of one database file: open, or not now, and then opened again by whoever needs it. */
export interface Slot<F> {
  readonly kind: FileKind
  /** Opens for the first time. Throws only when there can be no such file: one that can't be used now becomes a problem. */
  start(): void
  /** The open file. Throws, with what to do, while it can't be used. */
  file(): F
  /** Asks the file where it is open and answers; null where not. */
  look<T>(ask: (file: F) => T): T | null
  problem(): string | null
  close(): void
}

export const createSlot = <F>(
  kind: FileKind,
  openKind: () => Database,
  build: (database: Database) => F,
  reopenMs = usualReopenMs,
): Slot<F> => {
  let held: { readonly database: Database; readonly file: F } | null = null
  let trouble: { readonly message: string; readonly atMs: number } | null = null

  const open = (): F => {
    let database: Database | null = null
    try {
      database = openKind()
      held = { database, file: build(database) }
      trouble = null
      return held.file
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      trouble = { message, atMs: performance.now() }
      if (database === null) throw error
      database.close()
      // Opened, but its first rows could not be read: damaged, or locked in between.
      throw isDamage(error)
        ? error
        : new UnusableFileError(`${kind}.db cannot be read now (${message}); it is tried again by itself`)
    }
  }

  return {
    kind,
    start: () => {
      try {
        open()
      } catch (error) {
        if (!(error instanceof UnusableFileError)) throw error
      }
    },
    file: () => {
      if (held !== null) return held.file
      if (trouble !== null && performance.now() - trouble.atMs < reopenMs) throw new UnusableFileError(trouble.message)
      return open()
    },
    look: (ask) => {
      try {
        if (held === null) return null
        const answer = ask(held.file)
        trouble = null
        return answer
      } catch (error) {
        // Said, not thrown: the status must come out whatever state the file is in; the next append tells it from damage.
        trouble = {
          message: `${kind}.db cannot be read (${error instanceof Error ? error.message : String(error)})`,
          atMs: performance.now(),
        }
        return null
      }
    },
    problem: () => trouble?.message ?? null,
    close: () => {
      try {
        held?.database.close()
      } catch {
        // A database this broken may not close; the file is left or renamed all the same.
      }
      held = null
    },
  }
}

import type { Contract, Handlers } from '../../shared/api/define.ts'

/**
 * A part of the program: what the screen may ask of it (its slice of the contract) and its life. It lives in a folder of its own, is
 * given what it needs when it is made, and knows no other part.
 */
export interface Part<C extends Contract> {
  /** As the end of "... failed": "the search for devices". */
  readonly name: string
  readonly handlers: Handlers<C>
  /** Begins what it does by itself; a part that only answers has none. */
  readonly start?: () => void
  /** Ends it; resolves when nothing of it runs any more. Called also where `start` threw or was never called. */
  readonly stop?: (why: string) => Promise<void> | void
  /** Why it does not do what it should, for a person; null: it does. */
  readonly health?: () => string | null
}

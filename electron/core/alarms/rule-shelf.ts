/** Where the rules that persons changed outlive the program. */
export interface RuleShelf {
  /** What was kept last, as it was read; undefined: nothing was. Throws a sentence where it can't be read. */
  readonly recall: () => unknown
  /** Resolves when it would survive a crash; rejects where it can't be kept. */
  readonly keep: (rules: unknown) => Promise<void>
}

/** Rules live as long as the program, as in a test. */
export const forgetfulRules = (): RuleShelf => ({ recall: () => undefined, keep: () => Promise.resolve() })

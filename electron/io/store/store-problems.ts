import { createDamageBook } from './damage.ts'
import type { StoreNotice } from './engine-contract.ts'

/** What is wrong with the store, for its status, and what happened to it, for the site's events. */
export const createStoreProblems = () => {
  /** Problems that stay for this run: a file was set aside, the audit chain is broken. */
  const lasting: string[] = []
  /** What the last append of each kind met; gone when one of that kind succeeds: a stored reading says nothing of a lost audit row. */
  const passing = new Map<string, string>()
  let told: StoreNotice[] = []
  const damage = createDamageBook(({ table, rows, place, why }) => {
    told.push({ kind: 'store-rows', facts: { table, rows, place, why } })
  })
  return {
    tellDamage: damage.tell,
    /** For good, and as an event. */
    tell: (problem: string): void => {
      lasting.push(problem)
      told.push({ kind: 'store-file', facts: { problem } })
    },
    weakness: (weakness: string): void => {
      lasting.push(weakness)
    },
    keptApart: (rows: number, fromMs: number): void => {
      told.push({ kind: 'store-clock', facts: { rows, fromMs } })
    },
    met: (what: string, problem: string): void => {
      passing.set(what, problem)
    },
    over: (what: string): void => {
      passing.delete(what)
    },
    /** All of them, each once; null where there is none. `files`: what the files themselves say. */
    words: (files: readonly (string | null)[]): string | null => {
      const problems = [...new Set([...files, ...passing.values(), damage.words(), ...lasting])]
      const named = problems.filter((problem) => problem !== null)
      return named.length === 0 ? null : named.join('; ')
    },
    /** What happened since it was asked last. */
    takeNotices: (): readonly StoreNotice[] => {
      const given = told
      told = []
      return given
    },
  }
}
export type StoreProblems = ReturnType<typeof createStoreProblems>

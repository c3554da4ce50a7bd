import type { TableBudget } from './budget.ts'
import type { Facts } from './facts.ts'
import type { LogTable } from './log-table.ts'

/** Stretches thinned with one append: a few, so that a file that was not open for long catches up. */
const stretchesAtOnce = 3
const hourMs = 3_600_000

/** Thins a table bit by bit and remembers in the file how far it came, once an hour of rows. */
export const createThinStep = <T extends { readonly atMs: number }>(
  name: string,
  table: LogTable<T>,
  facts: Facts,
): ((nowMs: number, budget: TableBudget) => void) => {
  const factName = `thinned ${name}`
  const kept = Number(facts.get(factName) ?? NaN)
  let fromMs = Number.isFinite(kept) ? kept : 0
  return (nowMs, { thinAfterMs }) => {
    if (thinAfterMs === undefined) return
    for (let count = 0; count < stretchesAtOnce; count += 1) {
      const nextMs = table.thin(fromMs, nowMs - thinAfterMs)
      if (nextMs === null) return
      if (Math.floor(nextMs / hourMs) !== Math.floor(fromMs / hourMs)) facts.set(factName, String(nextMs))
      fromMs = nextMs
    }
  }
}

import type { TimeRange } from '../../core/record/recorder.ts'
import type { TellDamage } from './damage.ts'
import type { Row } from './database.ts'
import type { NameTable } from './names.ts'
import type { RingBlocks } from './ring-blocks.ts'
import type { RingRow } from './ring-row.ts'
import { blockMs, newestOf, oldestOf, type RingStatements } from './ring-statements.ts'
import { isWhole } from './row-sum.ts'

/** Read at a time: a week of rows at once would be half a gigabyte. A whole number of blocks. */
const sliceMs = 6 * blockMs

const blob = (value: unknown): Uint8Array => (value instanceof Uint8Array ? value : new Uint8Array())
const noSpread = new Uint8Array()

const fieldsOf = (meter: number, row: Row) => [
  meter,
  row['at_ms'] ?? null,
  row['layout'] ?? null,
  row['readings'] ?? null,
  row['qualities'] ?? null,
  row['spread'] ?? null,
]

/** Which quantities a layout holds, by its number; null where that is not known any more. */
const createLayouts = (layouts: NameTable) => {
  const keysOf = new Map<number, readonly string[]>()
  return (layout: number): readonly string[] | null => {
    const held = keysOf.get(layout)
    if (held !== undefined) return held
    const text = layouts.nameOf(layout)
    if (text === undefined) return null
    const parsed = JSON.parse(text) as string[]
    keysOf.set(layout, parsed)
    return parsed
  }
}

/** Gives the whole rows of a meter in order of time; those that are damaged are left out and told. */
export const createRingReader = (
  statements: RingStatements,
  layouts: NameTable,
  blocks: RingBlocks,
  tell: TellDamage,
) => {
  const { select, next } = statements
  const keys = createLayouts(layouts)
  const rowOf = (meter: number, row: Row): RingRow | null => {
    const known = keys(Number(row['layout']))
    const why = !isWhole(row['sum'], fieldsOf(meter, row))
      ? 'its sum does not fit it'
      : known === null
        ? 'which quantities it holds is not known any more'
        : null
    if (why !== null || known === null) {
      tell({ table: 'readings', place: `${meter} ${String(row['at_ms'])}`, rows: 1, why: why ?? '' })
      return null
    }
    return {
      keys: known,
      readings: blob(row['readings']),
      qualities: blob(row['qualities']),
      spread: row['spread'] instanceof Uint8Array ? row['spread'] : noSpread,
    }
  }
  const nextMs = (meter: number, fromMs: number): number => {
    const at = next.get(meter, fromMs)?.['at_ms']
    return Math.min(typeof at === 'number' ? at : Infinity, blocks.nextMs(meter, fromMs))
  }

  return (meter: number, range: TimeRange, withApart: boolean, visit: (atMs: number, row: RingRow) => void): void => {
    // The rows' own ends and those of the blocks: either may be wrong where a bit flipped.
    const span = blocks.span(meter)
    const firstMs = Math.min(oldestOf(statements, meter) ?? Infinity, span.fromMs)
    const lastMs = Math.max(newestOf(statements, meter) ?? -Infinity, span.toMs)
    const start = Math.max(Math.ceil(range.fromMs), firstMs)
    const end = Math.min(Math.ceil(range.toMs), lastMs + 1)
    for (let fromMs = start; fromMs < end;) {
      const untilMs = Math.min(end, (Math.floor(fromMs / sliceMs) + 1) * sliceMs)
      const rows = select.all(meter, fromMs, untilMs)
      blocks.compare(meter, fromMs, untilMs)
      for (const row of rows) {
        if (!withApart && row['apart'] !== 0) continue
        const whole = rowOf(meter, row)
        if (whole !== null) visit(Number(row['at_ms']), whole)
      }
      // Where nothing is for long (the program was off, a clock was years ahead) the next row is looked for.
      fromMs = rows.length > 0 ? untilMs : Math.max(untilMs, nextMs(meter, untilMs))
    }
  }
}

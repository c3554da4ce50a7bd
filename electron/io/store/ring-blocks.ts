import type { TellDamage } from './damage.ts'
import { blockMs, blockOf, newestOf, type RingStatements } from './ring-statements.ts'

const numberOr = (value: unknown, otherwise: number): number => (typeof value === 'number' ? value : otherwise)

/** How many rows each ten minutes of a meter were given: a bit that flips in a key hides the rows behind it from a search. */
export const createRingBlocks = (statements: RingStatements, tell: TellDamage) => {
  const { count, counted, putCount, cutBlocks, blockEdges, nextBlock } = statements
  /** The newest row of each meter and what its block holds so far; forgotten when a transaction failed. */
  const ends = new Map<number, { atMs: number; block: number; rows: number }>()
  const countIn = (meter: number, block: number): number =>
    Number(count.get(meter, block * blockMs, (block + 1) * blockMs)?.['n'] ?? 0)

  return {
    /** What a block holds is compared with what was put into it. */
    compare(meter: number, fromMs: number, toMs: number): void {
      for (let block = blockOf(fromMs); block * blockMs < toMs; block += 1) {
        const wanted = counted.get(meter, block)?.['row_count']
        if (typeof wanted !== 'number') continue
        const found = countIn(meter, block)
        if (found === wanted) continue
        tell({
          table: 'readings',
          place: `${meter} block ${block}`,
          rows: Math.abs(wanted - found),
          why: `${wanted} rows were stored in the ten minutes from ${new Date(block * blockMs).toISOString()}, ${found} are found`,
        })
      }
    },
    /** Whether a row of this time can only be a new one: it is newer than the newest. */
    isAhead: (meter: number, atMs: number): boolean => atMs > (ends.get(meter)?.atMs ?? Infinity),
    /** Counts a new row of a block. Rows mostly come in order of time: then nothing has to be looked up. */
    add(meter: number, atMs: number, isNew: boolean): void {
      const block = blockOf(atMs)
      const end = ends.get(meter)
      if (end !== undefined && end.block === block && atMs > end.atMs) {
        ends.set(meter, { atMs, block, rows: end.rows + 1 })
        putCount.run(meter, block, end.rows + 1)
        return
      }
      if (!isNew) return
      const before = counted.get(meter, block)?.['row_count']
      const rows = typeof before === 'number' ? before + 1 : countIn(meter, block)
      putCount.run(meter, block, rows)
      const latestMs = newestOf(statements, meter) ?? atMs
      if (atMs >= latestMs) ends.set(meter, { atMs, block, rows })
      else ends.delete(meter)
    },
    /** A meter's rows before this time were removed. */
    cut(meter: number, untilMs: number): void {
      ends.delete(meter)
      const block = blockOf(untilMs)
      cutBlocks.run(meter, block)
      if (counted.get(meter, block) !== null) putCount.run(meter, block, countIn(meter, block))
    },
    /** From where to where the blocks of a meter reach, ms; an empty span where there are none. */
    span(meter: number): { readonly fromMs: number; readonly toMs: number } {
      const edges = blockEdges.get(meter)
      return {
        fromMs: numberOr(edges?.['low'], Infinity) * blockMs,
        toMs: (numberOr(edges?.['high'], -Infinity) + 1) * blockMs,
      }
    },
    /** Where the next block begins that is not before this time; Infinity: nowhere. */
    nextMs: (meter: number, fromMs: number): number =>
      numberOr(nextBlock.get(meter, blockOf(fromMs))?.['block'], Infinity) * blockMs,
    forget: (): void => ends.clear(),
  }
}
export type RingBlocks = ReturnType<typeof createRingBlocks>

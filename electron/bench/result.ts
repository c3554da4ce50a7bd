/** What one benchmark answers: figures with their targets, so that a reader needs no other document. */
export interface BenchFigure {
  readonly label: string
  readonly value: number
  readonly unit: string
  /** In words, e.g. "under 100 ms", or "told, no target". */
  readonly target: string
  /** true for a figure that is only told. */
  readonly met: boolean
}
/** `table`: lines of text printed below the figures. */
export interface BenchResult {
  readonly name: string
  readonly results: readonly BenchFigure[]
  readonly table?: readonly string[]
}
/** `isLong`: run over minutes what is short otherwise (`npm run bench -- --long`). */
export interface BenchOptions {
  readonly isLong: boolean
}

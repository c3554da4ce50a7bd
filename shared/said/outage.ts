/** A stretch of time in which rows could not be stored: from the first failure until everything that waited is stored. */
export interface Outage {
  readonly fromMs: number
  readonly why: string
  /** What had to wait and was stored afterwards, and what was given up, by kind. */
  readonly late: Readonly<Record<string, number>>
  readonly lost: Readonly<Record<string, number>>
  /** Files whose last append failed. */
  readonly failing: readonly string[]
}

const list = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([what, rows]) => `${rows} ${what}`)
    .join(', ')
const utc = (atMs: number): string => new Date(atMs).toISOString().slice(0, 19).replace('T', ' ')

/** "From … to … could not be stored: …", with what came late and what is lost. */
export const outageWords = (outage: Outage, toMs: number): string => {
  const late = list(outage.late)
  const lost = list(outage.lost)
  return [
    `The history store: from ${utc(outage.fromMs)} to ${utc(toMs)} UTC rows could not be stored: ${outage.why}`,
    late === '' ? 'nothing waited' : `stored afterwards: ${late}`,
    lost === '' ? 'nothing was given up' : `given up: ${lost}`,
  ].join('; ')
}

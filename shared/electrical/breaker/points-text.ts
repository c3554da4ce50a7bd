import type { SiteBreaker } from '../../site/site.ts'
import { pointsProblem, timeOnPoints, type CurvePoint } from './curve-points.ts'
import type { MakersPoints } from './makers-points.ts'

/** A table of points in a site file or a pasted CSV has no business being longer. */
const mostPoints = 500

type Rows = { readonly rows: readonly (readonly (number | null)[])[]; readonly isAmperes: boolean }
type Problem = { readonly problem: string }

const separatorOf = (line: string): string => (line.includes(';') ? ';' : line.includes('\t') ? '\t' : ',')

/** "1,45" counts as a number where commas separate nothing. */
const numberOf = (cell: string, separator: string): number | null | undefined => {
  const text = cell.trim()
  if (text === '') return null
  const value = Number(separator === ',' ? text : text.replace(',', '.'))
  return Number.isFinite(value) ? value : undefined
}

/** Rows of a CSV text with an optional head; lines with # are remarks. */
const readRows = (text: string): Rows | Problem => {
  const lines = text
    .split(/\r?\n/)
    .map((line, index) => ({ line: line.trim(), number: index + 1 }))
    .filter(({ line }) => line !== '' && !line.startsWith('#'))
  if (lines.length > mostPoints) return { problem: `${lines.length} lines, at most ${mostPoints} are read` }
  const separator = separatorOf(lines.map(({ line }) => line).find((line) => /[;\t,]/.test(line)) ?? ',')
  const rows: (number | null)[][] = []
  let isAmperes = false
  for (const [index, { line, number }] of lines.entries()) {
    const cells = line.split(separator).map((cell) => numberOf(cell, separator))
    const bad = cells.indexOf(undefined)
    if (index === 0 && bad >= 0) {
      // A head: its first column says in what the currents are.
      isAmperes = /\bamp|\(a\)|\[a\]|^a$|^i$/i.test(line.split(separator)[0]?.trim() ?? '')
      continue
    }
    if (bad >= 0)
      return {
        problem: `line ${number}: '${line.split(separator)[bad]?.trim() ?? ''}' is no number; write one point a line`,
      }
    rows.push(cells.map((cell) => cell ?? null))
  }
  return { rows, isAmperes }
}

const column = ({ rows }: Rows, index: number): readonly CurvePoint[] =>
  rows.flatMap((row) => {
    const [current, seconds] = [row[0], row[index]]
    return current == null || seconds == null ? [] : [[current, seconds] as const]
  })

const listOf = (
  written: string | readonly CurvePoint[],
): { points: readonly CurvePoint[]; isAmperes: boolean } | Problem => {
  if (typeof written !== 'string') return { points: written, isAmperes: false }
  const read = readRows(written)
  return 'problem' in read ? read : { points: column(read, 1), isAmperes: read.isAmperes }
}

const checked = (which: string, points: readonly CurvePoint[]): Problem | null => {
  const problem = pointsProblem(points)
  return problem === null ? null : { problem: `${which}: ${problem}` }
}

/** The late curve must nowhere be before the early one. */
const crossing = (early: readonly CurvePoint[] | null, late: readonly CurvePoint[] | null): string | null => {
  if (early === null || late === null) return null
  const both = [...early, ...late].map(([current]) => current)
  for (const current of both) {
    if (current > Math.min(early.at(-1)?.[0] ?? 0, late.at(-1)?.[0] ?? 0)) continue
    const [earlyS, lateS] = [timeOnPoints(early, current), timeOnPoints(late, current)]
    if (lateS < earlyS * (1 - 1e-9) && earlyS !== Infinity)
      return `at ${current} the late curve trips after ${Math.round(lateS * 100) / 100} s, the early one only after ${Math.round(earlyS * 100) / 100} s: they are the wrong way round`
  }
  return null
}

/**
 * The points of a breaker's curves as multiples of its rating (A) and seconds from cold, or what is wrong with them and what to do.
 * Text: lines of `multiple, early, late` (a cell may be empty); a head whose first column is amperes says that currents are in A.
 */
export const breakerPoints = (written: NonNullable<SiteBreaker['points']>, ratingA: number): MakersPoints | Problem => {
  const scaled = (points: readonly CurvePoint[], isAmperes: boolean): readonly CurvePoint[] =>
    isAmperes ? points.map(([current, seconds]) => [current / ratingA, seconds] as const) : points
  let early: readonly CurvePoint[] | null = null
  let late: readonly CurvePoint[] | null = null
  if (typeof written === 'string') {
    const read = readRows(written)
    if ('problem' in read) return read
    const columns = Math.max(0, ...read.rows.map((row) => row.length))
    if (columns !== 3)
      return {
        problem: `expected three columns (multiple of the rating, earliest s, latest s), got ${columns}; write 'early:' and 'late:' where there is one curve alone`,
      }
    early = scaled(column(read, 1), read.isAmperes)
    late = scaled(column(read, 2), read.isAmperes)
  } else {
    for (const which of ['early', 'late'] as const) {
      const list = written[which]
      if (list === undefined) continue
      const read = listOf(list)
      if ('problem' in read) return { problem: `${which}: ${read.problem}` }
      const points = scaled(read.points, read.isAmperes)
      if (which === 'early') early = points
      else late = points
    }
  }
  const problem = (early && checked('early', early)) ?? (late && checked('late', late))
  if (problem != null) return problem
  if (early === null && late === null) return { problem: "neither 'early' nor 'late' has points; give one of them" }
  const crossed = crossing(early, late)
  return crossed === null ? { early, late } : { problem: crossed }
}

import { visible } from '../text/visible.ts'

/** Something wrong in a file a person wrote: where, what, and what to do about it. */
export interface Problem {
  readonly file: string
  /** From 1. */
  readonly line: number
  /** From 1. */
  readonly column: number
  /** `circuits[2].breaker.rating`; empty for the file as a whole. */
  readonly path: string
  readonly message: string
  /** What to do: `write 32`. Empty where the message says it. */
  readonly remedy: string
  readonly severity: 'error' | 'warning'
}

export type Path = readonly (string | number)[]

export const pathText = (path: Path): string =>
  path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : text === '' ? part : `${text}.${part}`),
    '',
  )

/** `site.yaml:14:13: circuits[2].breaker.rating: expected amperes > 0, got '32A'; write 32` */
export const formatProblem = ({ file, line, column, path, message, remedy, severity }: Problem): string =>
  // It quotes the file, and goes to terminals: what stands in the file must not act there.
  visible(
    `${file}:${line}:${column}: ${severity === 'warning' ? 'warning: ' : ''}${path === '' ? '' : `${path}: `}${message}${remedy === '' ? '' : `; ${remedy}`}`,
  )

/** A value as it stood in the file, short enough for a message. */
export const shown = (value: unknown): string => {
  if (value === undefined) return 'nothing'
  if (value === null) return 'nothing (null)'
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`
  if (typeof value === 'object') return 'a group of keys'
  const text = visible(String(value).replaceAll('\n', ' '))
  const short = text.length > 60 ? `${text.slice(0, 57)}...` : text
  return typeof value === 'string' ? `'${short}'` : short
}

import type { Path } from '../yaml/problem.ts'

/** A problem of the site before it has a place in a file. */
export interface SiteFinding {
  readonly path: Path
  readonly severity: 'error' | 'warning'
  readonly message: string
  readonly remedy: string
}

export const siteError = (path: Path, message: string, remedy: string): SiteFinding => ({
  path,
  severity: 'error',
  message,
  remedy,
})
export const siteWarning = (path: Path, message: string, remedy: string): SiteFinding => ({
  path,
  severity: 'warning',
  message,
  remedy,
})

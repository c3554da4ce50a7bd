import { basename, dirname } from 'node:path'

/** An entry of the menu "Open recent". */
export interface RecentEntry {
  readonly label: string
  readonly enabled: boolean
  readonly path: string
}

/** In a menu a single "&" marks the key of an entry. */
const escaped = (text: string): string => text.replaceAll('&', '&&')

/** The site files of a list as entries: name first, then where it is; a file that is gone says so and can't be chosen. */
export const recentEntries = (paths: readonly string[], exists: (path: string) => boolean): readonly RecentEntry[] =>
  paths.map((path) => {
    const isThere = exists(path)
    return {
      label: escaped(`${basename(path)} (${dirname(path)})${isThere ? '' : ': the file is no longer there'}`),
      enabled: isThere,
      path,
    }
  })

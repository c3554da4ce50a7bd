import type { Stop } from '../ports.ts'
import type { Saved } from '../site-ports.ts'

export interface SiteFileNews {
  readonly changed: boolean
  /** Why the file as it is now could not be opened; null where it could. */
  readonly problem: string | null
}

/** Watches the file of the open site: another program, or a person's editor, may change it. */
export interface SiteFileWatch {
  readonly current: () => SiteFileNews
  readonly listen: (listener: (news: SiteFileNews) => void) => Stop
  /** Whether the text that was opened names a time zone. */
  readonly namesTimezone: boolean
}

/** The file of the open site, for what a person may do with it on the screen. */
export interface SiteFile extends SiteFileWatch {
  /** Writes the time zone (IANA name) into the file; everything else in it stays. */
  readonly setTimezone: (timezone: string) => Promise<Saved>
}

/** A site without a file on disk: nothing to watch, nothing to change. */
export const noSiteFile: SiteFile = {
  current: () => ({ changed: false, problem: null }),
  listen: () => () => undefined,
  namesTimezone: true,
  setTimezone: () => Promise.resolve({ ok: false, problems: ['this site has no file that could be changed'] }),
}

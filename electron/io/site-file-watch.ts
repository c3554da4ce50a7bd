import { readFile } from 'node:fs/promises'
import { readSite, type SiteCatalogue } from '../../shared/site/read-site.ts'
import { parse } from 'yaml'
import type { Clock, Log, Stop } from '../core/ports.ts'
import type { SiteFileNews, SiteFileWatch } from '../core/site-file/site-file-port.ts'
import { readSiteText } from './site-file.ts'

/** Editors write a file in several steps, and a network drive tells no changes: it is looked at, not listened to. */
const lookEveryMs = 3000

const same: SiteFileNews = { changed: false, problem: null }

const namesTimezone = (text: string): boolean => {
  const document: unknown = parse(text)
  return typeof document === 'object' && document !== null && Object.hasOwn(document, 'timezone')
}

/** Looks at the site file every few seconds and tells when its text is no longer the one that was opened, and whether that could be opened. */
export const watchSiteFile = (parts: {
  readonly siteFile: string
  readonly openedText: string
  readonly catalogue: () => Promise<SiteCatalogue>
  readonly clock: Clock
  readonly log: Log
}): SiteFileWatch & { readonly stop: Stop } => {
  const { siteFile, openedText, clock } = parts
  const listeners = new Set<(news: SiteFileNews) => void>()
  let news = same
  let seenText = openedText
  let stopped = false
  let cancel: Stop = () => undefined

  const look = async (): Promise<SiteFileNews> => {
    const text = await readFile(siteFile, 'utf8').catch(() => null)
    if (text === openedText) return same
    if (text !== null && text === seenText) return news
    const read = await readSiteText(siteFile)
    if (!read.ok) return { changed: true, problem: read.message }
    seenText = read.text
    const checked = readSite(read.text, siteFile, await parts.catalogue())
    return { changed: true, problem: checked.ok ? null : checked.message }
  }

  const lookAgain = (): void => {
    cancel = clock.after(lookEveryMs, () => {
      look()
        .then((next) => {
          if (stopped || (next.changed === news.changed && next.problem === news.problem)) return
          news = next
          for (const listener of [...listeners]) listener(news)
        })
        .catch((error: unknown) => {
          parts.log.warn('the site file could not be looked at', { error: String(error) })
        })
        .finally(() => {
          if (!stopped) lookAgain()
        })
    })
  }
  lookAgain()

  return {
    current: () => news,
    listen: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    namesTimezone: namesTimezone(openedText),
    stop: () => {
      stopped = true
      cancel()
    },
  }
}

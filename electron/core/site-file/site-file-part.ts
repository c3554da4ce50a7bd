import type { siteFileContract } from '../../../shared/api/site-file-contract.ts'
import type { Part } from '../part.ts'
import { createSiteFileHandlers, type SiteFileParts } from './site-file-handlers.ts'

/** The site file itself: changes of it on disk, and its time zone. Whoever gives `siteFile` watches it and stops watching. */
export const createSiteFilePart = (ports: SiteFileParts): Part<typeof siteFileContract> => ({
  name: 'the watch of the site file',
  handlers: createSiteFileHandlers(ports),
})

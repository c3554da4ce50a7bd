import type { sitesContract } from '../../../shared/api/sites-contract.ts'
import { refusal } from '../../../shared/said/refusal.ts'
import type { Part } from '../part.ts'

const refuse = (): never => {
  throw refusal('one-site', {})
}

/** A site by itself knows no others; a host lays its own handlers over these (sites-handlers.ts). */
export const createNoSitesPart = (): Part<typeof sitesContract> => ({
  name: 'the list of sites',
  handlers: {
    'sites.list': () => ({ current: null, recent: [], folder: '' }),
    openSites: (_input, push) => {
      push({ sites: [], most: 1, notOpened: [] })
      return () => undefined
    },
    'sites.open': refuse,
    'sites.create': refuse,
    'sites.close': refuse,
  },
})

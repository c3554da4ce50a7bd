import type { Sites } from '../../../shared/api/sites-contract.ts'

/** The sites of this computer, as the host knows them. */
export interface SitesPort {
  readonly list: () => Sites
  /** What is wrong with opening this site; null: nothing. `file` null: the simulated one. */
  readonly check: (file: string | null) => Promise<string | null>
  /** Writes a new file; never over one that is there. `file` null: in the usual folder under this id. */
  readonly create: (
    file: string | null,
    id: string,
    text: string,
  ) => Promise<{ readonly ok: true; readonly file: string } | { readonly ok: false; readonly why: string }>
  /** Closes the site that is open and opens this one; screens connect anew by themselves. */
  readonly turnTo: (file: string | null) => void
}

/** A host with one site for good, as in a test. */
export const oneSite: SitesPort = {
  list: () => ({ current: null, recent: [], folder: '' }),
  check: () => Promise.resolve('this program has one site for good'),
  create: () => Promise.resolve({ ok: false, why: 'this program has one site for good' }),
  turnTo: () => undefined,
}

import type { Sites } from '../../../shared/api/sites-contract.ts'

/** What the map of sites needs of the computer, beside opening them. */
export interface SitesPort {
  readonly list: () => Omit<Sites, 'current'>
  /** Writes a new file; never over one that is there. `file` null: in the usual folder under this id. */
  readonly create: (
    file: string | null,
    id: string,
    text: string,
  ) => Promise<{ readonly ok: true; readonly file: string } | { readonly ok: false; readonly why: string }>
}

import { siteAbilities } from '../../../../shared/charger/abilities-of.ts'
import { describeSite } from '../../api/describe-site.ts'
import { unconnectedLink } from '../../chargers/unconnected-link.ts'
import type { ChargerLink } from '../../chargers/charger-link.ts'
import type { Log } from '../../ports.ts'
import type { Saved } from '../../site/memory.ts'
import type { Moment } from '../../site/site-input.ts'
import { createSite, type SiteFold, type SiteOutputs } from '../../site/site.ts'
import { tapeProfiles, type TapeHead, type TapeProfiles } from './tape-head.ts'
import type { Witness } from './witness.ts'

/** What comes of a tape beside its witnesses, for whoever wants it. */
export type TapeFoldOutputs = Partial<Pick<SiteOutputs, 'image' | 'samples' | 'event' | 'sampled'>>

/** What the chargers could do, by the profiles of the record. */
const tapeLinks = ({ site }: TapeHead, { chargerProfiles }: TapeProfiles): ReadonlyMap<string, ChargerLink> =>
  new Map([...siteAbilities(site, chargerProfiles)].map(([id, abilities]) => [id, unconnectedLink(id, abilities)]))

/** The site of a record, which its turns are put through. Its errands are not done: what came of them is in the record. */
export const createTapeFold = (
  from: {
    readonly head: TapeHead
    readonly log: Log
    readonly world: () => Moment
    /** The state it begins with; null: the beginning of a session. Throws where another version of the program saved it. */
    readonly saved: Saved | null
  },
  out: TapeFoldOutputs,
  came: (kind: Witness['kind'], value: Witness['value']) => void,
): SiteFold => {
  const { head, log, world, saved } = from
  const profiles = tapeProfiles(head)
  return createSite(
    {
      ...profiles,
      site: head.site,
      descriptions: describeSite(head.site, profiles, [], head.program).meters,
      session: head.session,
      links: tapeLinks(head, profiles),
      readOnly: head.readOnly,
      log,
      world,
      ...(saved === null ? {} : { saved }),
    },
    {
      samples: (...samples) => out.samples?.(...samples),
      sampled: (observation) => out.sampled?.(observation),
      image: (image) => out.image?.(image),
      finding: (value) => came('finding', value),
      decision: (value) => came('decision', value),
      write: (value) => came('write', value),
      event: (...event) => out.event?.(...event),
      errand: () => undefined,
    },
  )
}

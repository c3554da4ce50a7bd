/** Which profile a meter's header asks for. */
import type { MbusHeader } from './header.ts'
import type { MbusProfile } from './profile.ts'

const specificity = ({ match }: MbusProfile, header: Pick<MbusHeader, 'manufacturer' | 'version' | 'medium'>): number =>
  Math.max(
    ...match.map(({ manufacturer, version, medium }) => {
      if (
        medium !== header.medium ||
        (manufacturer !== undefined && manufacturer !== header.manufacturer) ||
        (version !== undefined && version !== header.version)
      )
        return 0
      return 1 + (manufacturer === undefined ? 0 : 2) + (version === undefined ? 0 : 1)
    }),
  )

/** The profiles that fit, the one that says most of the meter first; none for another medium. */
export const matchingMbusProfiles = (
  profiles: Iterable<MbusProfile>,
  header: Pick<MbusHeader, 'manufacturer' | 'version' | 'medium'>,
): readonly MbusProfile[] =>
  [...profiles]
    .map((profile) => ({ profile, fit: specificity(profile, header) }))
    .filter(({ fit }) => fit > 0)
    .sort((a, b) => b.fit - a.fit || a.profile.id.localeCompare(b.profile.id))
    .map(({ profile }) => profile)

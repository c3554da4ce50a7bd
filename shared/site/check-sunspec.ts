import type { MeterProfile } from '../profile/meter-profile.ts'
import { sunSpecLayouts } from '../sunspec/place.ts'
import type { Site } from './site.ts'
import { siteError, type SiteFinding } from './site-finding.ts'

/** `sunspec` chooses between the meters of a SunSpec device: only with a profile that looks one up, and only a model it reads. */
export const checkSunSpec = (site: Site, profiles: ReadonlyMap<string, MeterProfile>): SiteFinding[] =>
  site.meters.flatMap((meter, index): SiteFinding[] => {
    const profile = profiles.get(meter.profile)
    if (meter.sunspec === undefined || profile === undefined) return []
    if (profile.sunspec === undefined) {
      const ids = [...profiles.values()].filter(({ sunspec }) => sunspec !== undefined).map(({ id }) => id)
      return [
        siteError(
          ['meters', index, 'sunspec'],
          `'${meter.profile}' is no SunSpec profile, so there is nothing to choose`,
          `leave 'sunspec' out${ids.length === 0 ? '' : `, or use the profile ${ids.join(' or ')}`}`,
        ),
      ]
    }
    const { model } = meter.sunspec
    const models = sunSpecLayouts(profile, profiles).flatMap(({ sunspec }) => sunspec?.models ?? [])
    return model === undefined || models.includes(model)
      ? []
      : [
          siteError(
            ['meters', index, 'sunspec', 'model'],
            `'${meter.profile}' does not read the SunSpec model ${model}`,
            `it reads ${models.join(', ')}`,
          ),
        ]
  })

import type { ScanCandidate, ScanFind } from '../../../shared/api/scan-contract.ts'
import { matchingMbusProfiles } from '../../../shared/mbus/match.ts'
import type { MbusProfile } from '../../../shared/mbus/profile.ts'
import type { Telegram } from '../../../shared/mbus/decoded-telegram.ts'
import { valuesOf } from '../../../shared/mbus/values-of.ts'
import { quantities } from '../../../shared/quantities.ts'
import { wordOf } from '../../../shared/scan/evidence.ts'
import type { MbusFound } from '../acquisition/mbus/search-mbus.ts'

/** Values listed as evidence; a person recognises a meter by fewer. */
const mostValues = 8

export const meterText = ({ id, manufacturer, version, mediumName }: MbusFound): string =>
  [
    id === null ? 'without a number' : `number ${id}`,
    ...(manufacturer === null ? [] : [`maker ${manufacturer}`]),
    ...(version === null ? [] : [`version ${version}`]),
    ...(mediumName === null ? [] : [mediumName]),
  ].join(', ')

/** A profile that names the maker was made for such meters; one for any maker reads what the records themselves say. */
const namesMaker = ({ match }: MbusProfile, { manufacturer, medium }: MbusFound): boolean =>
  manufacturer !== null && match.some((entry) => entry.medium === medium && entry.manufacturer === manufacturer)

const candidateOf = (profile: MbusProfile, meter: MbusFound, telegrams: readonly Telegram[]): ScanCandidate => {
  const readings = [...valuesOf(profile, telegrams)]
  const values = readings.flatMap(([key, { value }]) =>
    value === null ? [] : [`${quantities[key].label} ${value.toFixed(quantities[key].digits)} ${quantities[key].unit}`],
  )
  const isOfMaker = namesMaker(profile, meter)
  // Its own header is what a meter is known by; a profile that then reads nothing of it is doubtful. The figures are editable assumptions.
  const confidence = values.length === 0 ? 0.5 : isOfMaker ? 0.95 : 0.85
  const more = values.length - mostValues
  return {
    kind: 'meter',
    profileId: profile.id,
    confidence,
    // A profile for any maker names nobody: the meter does.
    ...(isOfMaker
      ? { make: profile.make, model: profile.models.join(', ') }
      : { make: meter.manufacturer ?? 'M-Bus', model: `${meter.mediumName ?? 'unknown'} meter` }),
    word: wordOf(confidence),
    sunspec: null,
    hindrance: null,
    evidence: [
      `says of itself: ${meterText(meter)}`,
      ...values.slice(0, mostValues),
      ...(more > 0 ? [`and ${more} more values`] : []),
      ...(isOfMaker ? [] : [`read by the profile ${profile.id}, which goes by what the records say`]),
    ],
    against:
      values.length === 0
        ? [
            telegrams.length === 0
              ? 'its values could not be read'
              : 'this profile finds none of its quantities in what the meter sends',
          ]
        : [],
  }
}

/** Which profiles fit a meter, and what of its values they read. */
export const describeMbus = (
  meter: MbusFound,
  telegrams: readonly Telegram[],
  profiles: Iterable<MbusProfile>,
): Pick<ScanFind, 'verdict' | 'candidates' | 'notes'> => {
  const { manufacturer, version, medium } = meter
  const matching =
    medium === null
      ? []
      : matchingMbusProfiles(profiles, { manufacturer: manufacturer ?? '', version: version ?? 0, medium })
  const candidates = matching.map((profile) => candidateOf(profile, meter, telegrams))
  const [best, second] = matching
  if (best === undefined) {
    return {
      verdict: 'unknown',
      candidates,
      notes: [
        `It says of itself: ${meterText(meter)}`,
        medium === null
          ? 'It does not say what it measures, so no profile is proposed: look at its label'
          : 'No M-Bus profile of the catalogue is for this medium; electricity meters are what belongs to a charging site',
      ],
    }
  }
  // Two profiles made for the same maker: the header can't tell which fits, the values may.
  const isOpen =
    second !== undefined &&
    namesMaker(best, meter) &&
    namesMaker(second, meter) &&
    candidates[0]?.evidence.length === candidates[1]?.evidence.length
  return {
    verdict: isOpen ? 'ambiguous' : 'identified',
    candidates,
    notes: isOpen ? ['Several profiles of this maker fit: look at the label'] : [],
  }
}

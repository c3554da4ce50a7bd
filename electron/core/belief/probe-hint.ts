import type { MeterProfile } from '../../../shared/profile/meter-profile.ts'
import type { ProbeReading } from '../../../shared/profile/probe.ts'
import { isQuantityKey, quantities } from '../../../shared/quantities.ts'

const orderWords = { 'high-first': 'high word first', 'low-first': 'low word first' } as const

/** Another profile of the catalogue that reads the same register in the other word order. */
const twinOf = (
  profile: MeterProfile,
  profiles: ReadonlyMap<string, MeterProfile>,
  { reversed, quantity }: ProbeReading,
): MeterProfile | undefined => {
  const own = isQuantityKey(quantity) ? profile.quantities[quantity] : undefined
  return [...profiles.values()].find((other) => {
    const same = isQuantityKey(quantity) ? other.quantities[quantity] : undefined
    return (
      other.make === profile.make &&
      same !== undefined &&
      same.address === own?.address &&
      same.type === own.type &&
      (same.space ?? other.space) === (own.space ?? profile.space) &&
      (same.wordOrder ?? other.wordOrder) === reversed?.order
    )
  })
}

/** What to try where a meter's probe can't be true: the setting that the probe itself confirms, else the usual causes. */
export const probeHint = (
  profile: MeterProfile,
  profiles: ReadonlyMap<string, MeterProfile>,
  reading: ProbeReading,
): string => {
  const { reversed, quantity } = reading
  const { unit, label } = isQuantityKey(quantity) ? quantities[quantity] : { unit: '', label: quantity }
  if (reversed === null)
    return (
      'Check that the profile is for this model, that a gateway does not move the registers by one (1-based addresses), ' +
      'and the word order set in the meter.'
    )
  const twin = twinOf(profile, profiles, reading)
  const order = orderWords[reversed.order]
  return (
    `With the words in the other order the same registers read ${label.toLowerCase()} ${reversed.value.toPrecision(4)} ${unit}, which fits: ` +
    (twin === undefined
      ? `set the word order of the meter as its profile has it, or put 'wordOrder: ${reversed.order}' (${order}) in a copy of the profile '${profile.id}'.`
      : `set its profile to '${twin.id}' (${order}), or the word order in the meter.`)
  )
}

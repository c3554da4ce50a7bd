import { identify, identitySpace, identityWidth } from '../../../shared/profile/identity.ts'
import type { MeterProfile } from '../../../shared/profile/meter-profile.ts'
import type { Identity } from '../../../shared/profile/register.ts'
import type { Site } from '../../../shared/site/site.ts'
import type { Field } from '../field/field.ts'
import type { Log } from '../ports.ts'

const hex = (address: number): string => `0x${address.toString(16).toUpperCase().padStart(4, '0')}`

/** "holding 64514 (0xFC02)" and what the models of the profile would say there. */
const place = (identity: Identity, profile: MeterProfile): string =>
  `${identitySpace(identity, profile)} register ${identity.address} (${hex(identity.address)})`
const expected = (identity: Identity): string =>
  identity.expected.map(({ value, model }) => `${value} for ${model}`).join(', ')

const sentence = (profile: MeterProfile, identity: Identity, words: readonly number[] | null): string => {
  if (words === null)
    return `The register that names the model, ${place(identity, profile)}, gives no answer, although it should (${expected(identity)}): it may be another model or version than '${profile.id}' is for.`
  const { said, model } = identify(identity, words, profile)
  return model === null
    ? `The register that names the model, ${place(identity, profile)}, says ${said}, which is no model of '${profile.id}' (${expected(identity)}): choose the profile of this model or version.`
    : `By its model register, ${place(identity, profile)}, it is the model of its profile: ${model}.`
}

/**
 * Reads what a meter says it is, in the gaps of the polling. Answers in words; null where it has no such register or could not be asked.
 */
export const createModelRegister = (parts: {
  readonly site: Site
  readonly meterProfiles: ReadonlyMap<string, MeterProfile>
  readonly background: Field['background']
  readonly log: Log
}) => {
  const ask = async (meterId: string): Promise<string | null> => {
    const meter = parts.site.meters.find(({ id }) => id === meterId)
    const profile = meter === undefined ? undefined : parts.meterProfiles.get(meter.profile)
    const identity = profile?.identity?.[0]
    if (meter === undefined || profile === undefined || identity === undefined) return null
    const outcome = await parts.background(
      meter.line,
      {
        unit: meter.unit,
        functionCode: identitySpace(identity, profile) === 'holding' ? 3 : 4,
        address: identity.address,
        count: identityWidth(identity),
      },
      { deadlineMs: profile.line.timeoutMs, quietMs: profile.line.quietMs, mayBeSilent: true },
    )
    if (outcome === null || (!outcome.ok && outcome.fault.kind !== 'exception' && outcome.fault.kind !== 'timeout'))
      return null
    return sentence(profile, identity, outcome.ok ? outcome.words : null)
  }

  return async (meterId: string): Promise<string | null> => {
    try {
      return await ask(meterId)
    } catch (error) {
      parts.log.error('the model register could not be read', { meterId, error: String(error) })
      return null
    }
  }
}

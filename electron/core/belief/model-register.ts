import { identify, identitySpace, identityWidth } from '../../../shared/profile/identity.ts'
import type { MeterProfile } from '../../../shared/profile/meter-profile.ts'
import type { Identity } from '../../../shared/profile/register.ts'
import type { Site } from '../../../shared/site/site.ts'
import type { Acquisition } from '../acquisition/acquisition.ts'
import type { Clock, Log } from '../ports.ts'

/** A meter that is not believed is asked again what it is after this time, ms: it may have been exchanged. */
const askAgainMs = 60_000

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
 * Reads what a meter says it is, once it is not believed: in the gaps of the polling, and only then. Answers in words; null while
 * there is nothing to say.
 */
export const createModelRegister = (parts: {
  readonly site: Site
  readonly meterProfiles: ReadonlyMap<string, MeterProfile>
  readonly background: Acquisition['background']
  readonly clock: Clock
  readonly log: Log
}) => {
  const said = new Map<string, string>()
  const askedMs = new Map<string, number>()

  const ask = async (meterId: string): Promise<void> => {
    const meter = parts.site.meters.find(({ id }) => id === meterId)
    const profile = meter === undefined ? undefined : parts.meterProfiles.get(meter.profile)
    const identity = profile?.identity?.[0]
    if (meter === undefined || profile === undefined || identity === undefined) return
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
      return
    said.set(meterId, sentence(profile, identity, outcome.ok ? outcome.words : null))
  }

  return {
    said: (meterId: string): string | null => said.get(meterId) ?? null,
    /** Called whenever the meter is doubted for something its model may explain. */
    wonder: (meterId: string): void => {
      const nowMs = parts.clock.monotonicMs()
      if (nowMs - (askedMs.get(meterId) ?? -Infinity) < askAgainMs) return
      askedMs.set(meterId, nowMs)
      ask(meterId).catch((error: unknown) => {
        parts.log.error('the model register could not be read', { meterId, error: String(error) })
      })
    },
  }
}

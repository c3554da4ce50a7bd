import type { DeviceIdentity } from '../../../shared/acceptance/run.ts'
import type { Health } from '../../../shared/model/health.ts'
import { own } from '../../../shared/own.ts'
import { readIdentity, identify, identitySpace, identityWidth } from '../../../shared/profile/identity.ts'
import type { ChargerProfile } from '../../../shared/profile/charger-profile.ts'
import type { MeterProfile } from '../../../shared/profile/meter-profile.ts'
import type { Identity, Nameplate } from '../../../shared/profile/register.ts'
import { modbusOf } from '../../../shared/site/charger-connection.ts'
import type { Site } from '../../../shared/site/site.ts'
import type { Field } from '../field/field.ts'
import type { AskGuard } from '../may-ask.ts'
import type { Log } from '../ports.ts'

type Profile = Pick<MeterProfile, 'id' | 'identity' | 'nameplate' | 'space' | 'wordOrder' | 'line'>

export interface IdentityParts {
  readonly site: Site
  readonly meterProfiles: ReadonlyMap<string, MeterProfile>
  readonly chargerProfiles: ReadonlyMap<string, ChargerProfile>
  readonly background: Field['background']
  readonly guard: Pick<AskGuard, 'mayAsk'>
  readonly health: () => Health
  readonly log: Log
}

interface Place {
  readonly lineId: string
  readonly unit: number
}

type Named = Pick<DeviceIdentity, 'id' | 'kind' | 'name' | 'profile'>
interface Wanted {
  readonly base: Named
  readonly profile: Profile | undefined
  /** null: it is not read by registers. */
  readonly place: Place | null
}
const unread = { says: null, serial: null, firmware: null, ctPrimaryA: null, ctSecondaryA: null } as const

/** The words of one register, or why they could not be read. */
const words = async (
  parts: IdentityParts,
  profile: Profile,
  place: Place,
  register: Identity | Nameplate,
): Promise<readonly number[] | string> => {
  const outcome = await parts.background(
    place.lineId,
    {
      unit: place.unit,
      functionCode: identitySpace(register, profile) === 'holding' ? 3 : 4,
      address: register.address,
      count: identityWidth(register),
    },
    { deadlineMs: profile.line.timeoutMs, quietMs: profile.line.quietMs, mayBeSilent: true },
  )
  if (outcome === null) return 'it is on no line that can be asked now'
  return outcome.ok ? outcome.words : outcome.fault.message
}

const platesOf = async (parts: IdentityParts, profile: Profile, place: Place) => {
  const found = new Map<Nameplate['of'], number | string>()
  const failed: string[] = []
  for (const plate of profile.nameplate ?? []) {
    const read = await words(parts, profile, place, plate)
    if (typeof read === 'string') {
      failed.push(`${plate.of}: ${read}`)
      continue
    }
    const value = readIdentity(plate, read, profile.wordOrder)
    found.set(plate.of, typeof value === 'number' ? value * (plate.scale ?? 1) : value)
  }
  return { found, failed }
}

const modelOf = async (parts: IdentityParts, profile: Profile, place: Place): Promise<string | null> => {
  const identity = profile.identity?.[0]
  if (identity === undefined) return null
  const read = await words(parts, profile, place, identity)
  if (typeof read === 'string') return null
  const { said, model } = identify(identity, read, profile)
  return model === null ? String(said) : `${model} (${String(said)})`
}

const asked = async (
  parts: IdentityParts,
  base: Named,
  profile: Profile | undefined,
  place: Place | null,
): Promise<DeviceIdentity> => {
  const device = own(parts.health().devices, base.id)
  const told = device?.identity ?? device?.connection?.text ?? null
  const nothing = { ...base, ...unread, says: told }
  if (profile === undefined || place === null)
    return { ...nothing, why: told === null ? 'it is not read by registers' : null }
  if (!parts.guard.mayAsk(base.id))
    return { ...nothing, why: 'it must not be asked now: its watchdog lives by requests' }
  const { found, failed } = await platesOf(parts, profile, place)
  const says = (await modelOf(parts, profile, place)) ?? told
  const text = (key: Nameplate['of']): string | null => {
    const value = found.get(key)
    return value === undefined ? null : String(value)
  }
  const number = (key: Nameplate['of']): number | null => {
    const value = found.get(key)
    return typeof value === 'number' ? value : null
  }
  return {
    ...base,
    says,
    serial: text('serial'),
    firmware: text('firmware'),
    ctPrimaryA: number('ct-primary'),
    ctSecondaryA: number('ct-secondary'),
    why:
      failed.length > 0
        ? failed.join('; ')
        : (profile.nameplate ?? []).length === 0
          ? `no document of '${profile.id}' in the catalogue names registers for serial number, firmware or ratio`
          : null,
  }
}

const wantedOf = ({ site, meterProfiles, chargerProfiles }: IdentityParts): readonly Wanted[] => [
  ...site.meters.map((meter): Wanted => ({
    base: { id: meter.id, kind: 'meter', name: meter.name ?? meter.id, profile: meter.profile },
    profile: meterProfiles.get(meter.profile),
    place: meter.mbus === undefined ? { lineId: meter.line, unit: meter.unit } : null,
  })),
  ...site.chargers.map((charger): Wanted => {
    const modbus = modbusOf(charger)
    return {
      base: { id: charger.id, kind: 'charger', name: charger.name ?? charger.id, profile: modbus?.profile ?? 'ocpp' },
      profile: modbus === null ? undefined : (chargerProfiles.get(modbus.profile) as Profile | undefined),
      place: modbus === null ? null : { lineId: modbus.line, unit: modbus.unit },
    }
  }),
]

/** Reads what devices say of themselves, one register after the other in the gaps of the polling. */
export const createIdentityReader = (parts: IdentityParts) => async (): Promise<readonly DeviceIdentity[]> => {
  const all: DeviceIdentity[] = []
  for (const { base, profile, place } of wantedOf(parts))
    try {
      all.push(await asked(parts, base, profile, place))
    } catch (error) {
      parts.log.error('what a device says of itself could not be read', { device: base.id, error: String(error) })
      all.push({ ...base, ...unread, why: String(error) })
    }
  return all
}
export type IdentityReader = ReturnType<typeof createIdentityReader>

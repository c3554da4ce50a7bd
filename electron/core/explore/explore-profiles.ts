import type { Handlers } from '../../../shared/api/define.ts'
import type { exploreContract, ProfileOverlay, ProfileSummary } from '../../../shared/api/explore-contract.ts'
import type { ControlState } from '../../../shared/model/decision.ts'
import type { AuditRow } from '../../../shared/model/event.ts'
import { makeProfile } from '../../../shared/profile/draft.ts'
import type { MeterProfile } from '../../../shared/profile/meter-profile.ts'
import type { Register } from '../../../shared/profile/register.ts'
import { refusal } from '../../../shared/said/refusal.ts'
import type { Site } from '../../../shared/site/site.ts'
import type { Journal } from '../journal.ts'
import type { Clock } from '../ports.ts'
import type { ProfileShelf, SiteEditor } from '../site-ports.ts'

export interface ExploreProfileParts {
  readonly site: Site
  readonly meterProfiles: ReadonlyMap<string, MeterProfile>
  readonly clock: Clock
  readonly shelf: ProfileShelf
  readonly siteEditor: Pick<SiteEditor, 'setProfile'>
  readonly reopen: (why: string) => void
  readonly control: () => ControlState
  readonly audit: (row: Omit<AuditRow, 'seq' | 'hash'>) => Promise<unknown>
  readonly journal: Pick<Journal, 'write'>
}

type ProfileMethod = 'explore.profiles' | 'explore.profile' | 'explore.save' | 'explore.useProfile'
type ProfileHandlers = Pick<Handlers<typeof exploreContract>, ProfileMethod>

/** The answer must be with the screen before its connection ends. */
const reopenAfterMs = 300

const originOf = (id: string, ids: Awaited<ReturnType<ProfileShelf['list']>>): ProfileSummary['origin'] => {
  if (!ids.own.includes(id)) return 'built-in'
  return ids.builtIn.includes(id) ? 'own-overrides' : 'own'
}

const listProfiles = async ({ shelf, meterProfiles }: ExploreProfileParts): Promise<ProfileSummary[]> => {
  const ids = await shelf.list()
  return [...meterProfiles.values()]
    .map(({ id, make, models }) => ({ id, make, models: [...models], origin: originOf(id, ids) }))
    .sort((a, b) => a.id.localeCompare(b.id))
}

const registerOf = ({
  address,
  type,
  scale,
  space,
  wordOrder,
  note,
}: Register): ProfileOverlay['quantities'][string] => ({
  address,
  type,
  scale,
  ...(space === undefined ? {} : { space }),
  ...(wordOrder === undefined ? {} : { wordOrder }),
  ...(note === undefined ? {} : { note }),
})

const overlayOf = ({ id, make, models, space, wordOrder, quantities }: MeterProfile): ProfileOverlay => ({
  id,
  make,
  models: [...models],
  space,
  wordOrder,
  quantities: Object.fromEntries(Object.entries(quantities).map(([key, register]) => [key, registerOf(register)])),
})

/** The draft made into files; throws a Refusal with what is wrong with it. */
const saveFiles = async (shelf: ProfileShelf, { draft, overwrite }: Parameters<ProfileHandlers['explore.save']>[0]) => {
  const made = makeProfile(draft)
  if (!made.ok) throw refusal('profile-unsound', made)
  const { profileText, goldenText, witnesses } = made
  const saved = await shelf.save({ id: draft.id, profileText, goldenText, overwrite })
  if (!saved.ok) throw refusal('profile-not-saved', saved)
  return { files: [...saved.files], backups: [...saved.backups], witnesses }
}

const saveProfile =
  ({ site, shelf, clock, journal, audit }: ExploreProfileParts): ProfileHandlers['explore.save'] =>
  async (input) => {
    const { draft, who } = input
    const { files, backups, witnesses } = await saveFiles(shelf, input)
    const { builtIn } = await shelf.list()
    const quantities = draft.quantities.map(({ key }) => key)
    const detail = { files, backups, quantities, witnesses }
    await audit({ atMs: clock.nowMs(), who, action: 'profile-saved', subject: draft.id, detail })
    const told = { who, profile: draft.id, quantities: quantities.length, witnesses }
    journal.write('profile-saved', 'info', { kind: 'site', id: site.id }, told)
    return {
      id: draft.id,
      files,
      backups,
      overridesBuiltIn: builtIn.includes(draft.id),
      witnesses,
      usedBy: site.meters.filter((meter) => meter.profile === draft.id).map(({ id }) => id),
    }
  }

const mayChange = ({ mode, readOnly }: ControlState): void => {
  if (readOnly !== null) throw refusal('read-only-site', { ...readOnly, cure: 'change' })
  if (mode === 'armed') throw refusal('armed-reopen', { act: 'profile' })
}

const useProfile =
  (parts: ExploreProfileParts): ProfileHandlers['explore.useProfile'] =>
  async ({ who, meterId, profileId: profile }) => {
    const { site, clock, siteEditor, journal } = parts
    mayChange(parts.control())
    const meter = site.meters.find(({ id }) => id === meterId)
    if (meter === undefined) throw refusal('no-meter', { meterId, meters: null })
    const before = meter.profile
    const name = meter.name ?? meter.id
    if (before !== profile) {
      const saved = await siteEditor.setProfile(meterId, profile)
      if (!saved.ok) throw refusal('site-file-not-written', saved)
    }
    const row = { atMs: clock.nowMs(), who, action: 'profile-used', subject: meterId }
    await parts.audit({ ...row, detail: { profile, before } })
    journal.write('profile-used', 'info', { kind: 'site', id: site.id }, { who, meter: name, profile, before })
    clock.after(reopenAfterMs, () => {
      parts.reopen(`the meter ${name} uses the profile ${profile}`)
    })
    return { meterId: meter.id }
  }

/** The profiles there are, and those a person makes at the meter. */
export const profileHandlers = (parts: ExploreProfileParts): ProfileHandlers => ({
  'explore.profiles': () => listProfiles(parts),
  'explore.profile': ({ id }) => {
    const profile = parts.meterProfiles.get(id)
    if (profile === undefined) throw refusal('no-profile', { profileId: id })
    return overlayOf(profile)
  },
  'explore.save': saveProfile(parts),
  'explore.useProfile': useProfile(parts),
})

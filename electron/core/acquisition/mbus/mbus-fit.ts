import type { MbusProfile } from '../../../../shared/mbus/profile.ts'
import { matchingMbusProfiles } from '../../../../shared/mbus/match.ts'
import type { Telegram } from '../../../../shared/mbus/decoded-telegram.ts'

/** Media that are surely no electricity (EN 13757-3, table 6): heat meters send energy in kWh too. Others, such as 'other' and 'unknown', electricity meters do send. */
const isElsewhere = (medium: number): boolean =>
  (medium >= 0x01 && medium <= 0x0d && medium !== 0x02) ||
  (medium >= 0x14 && medium <= 0x18) ||
  (medium >= 0x1a && medium <= 0x1c) ||
  medium === 0x28 ||
  medium === 0x29

export type MbusFit = { readonly ok: true; readonly note: string | null } | { readonly ok: false; readonly why: string }

/** Whether what answers is what the profile is for: another medium is refused, another maker or version is told. */
export const fitOf = (profile: MbusProfile, telegrams: readonly Telegram[]): MbusFit => {
  const header = telegrams.find((telegram) => telegram.header !== null)?.header
  if (header == null || matchingMbusProfiles([profile], header).length > 0) return { ok: true, note: null }
  if (isElsewhere(header.medium) && profile.match.every(({ medium }) => medium !== header.medium)) {
    return {
      ok: false,
      why: `a meter for ${header.mediumName} answers (${header.manufacturer} ${header.id}), no electricity meter: check the address and the profile`,
    }
  }
  return {
    ok: true,
    note: `its header (${header.manufacturer || 'no maker'}, version ${String(header.version)}, ${header.mediumName}) is not one the profile ${profile.id} is for: compare its values with its display`,
  }
}

import { z } from 'zod'
import { own } from '../own.ts'
import type { Sample } from '../model/sample.ts'
import { breakerStates, tripKinds, type Protection, type ProtectionBits } from './protection-profile.ts'

/** Settings as the trip unit has them: A, s, and multiples of Ir (isd) or In (ii, ig). Only what was read. */
export const tripUnitSettingsSchema = z.object({
  ir: z.number().optional(),
  tr: z.number().optional(),
  isd: z.number().optional(),
  tsd: z.number().optional(),
  ii: z.number().optional(),
  ig: z.number().optional(),
  tg: z.number().optional(),
})
export type TripUnitSettings = Readonly<z.infer<typeof tripUnitSettingsSchema>>

/** What a protective device says of itself; null where it does not or is not believed. */
export const protectionReadingSchema = z.object({
  state: z.enum(breakerStates).nullable(),
  causes: z.array(z.string()),
  /** As what these causes count; missing: none is said, or the profile does not tell. */
  kinds: z.array(z.enum(tripKinds)).optional(),
  alarms: z.array(z.string()),
  /** It tells a trip from an opening by hand; missing: it does not, as an auxiliary contact. */
  tellsTrips: z.boolean().optional(),
  settings: tripUnitSettingsSchema.nullable(),
})
export type ProtectionReading = Readonly<z.infer<typeof protectionReadingSchema>>

type Samples = Readonly<Partial<Record<string, Sample>>>

/** By arithmetic and not by bit operators, which know 32 bits with a sign only. */
const masked = (raw: number, mask: number): number => Number(BigInt(Math.round(raw)) & BigInt(mask))

/** Null where the register was not read. */
const holds = (samples: Samples, { of, mask, equals }: ProtectionBits): boolean | null => {
  const value = own(samples, of)?.value
  return value == null || value < 0 ? null : masked(value, mask) === equals
}

const settingKeys = {
  ir: 'setting_ir',
  tr: 'setting_tr',
  isd: 'setting_isd',
  tsd: 'setting_tsd',
  ii: 'setting_ii',
  ig: 'setting_ig',
  tg: 'setting_tg',
} as const

const settingsOf = (protection: Protection, samples: Samples): TripUnitSettings | null => {
  if (!protection.hasSettings) return null
  if (protection.settingsWhen !== undefined && holds(samples, protection.settingsWhen) !== true) return null
  const read = Object.fromEntries(
    Object.entries(settingKeys).flatMap(([name, key]) => {
      const value = own(samples, key)?.value
      return value == null ? [] : [[name, value]]
    }),
  ) as TripUnitSettings
  return read.ir === undefined || read.ir <= 0 ? null : read
}

/** What the samples of a trip unit or residual current monitor say, by its profile. */
export const readProtection = (protection: Protection, samples: Samples): ProtectionReading => {
  const isValid = protection.validWhen === undefined || holds(samples, protection.validWhen) === true
  const said = (entries: readonly (ProtectionBits & { readonly says: string })[]): string[] =>
    entries.flatMap((entry) => (holds(samples, entry) === true ? [entry.says] : []))
  const causes = isValid ? protection.causes.filter((entry) => holds(samples, entry) === true) : []
  const kinds = [...new Set(causes.flatMap(({ means }) => means ?? []))]
  return {
    state: isValid ? (protection.states.find((entry) => holds(samples, entry) === true)?.means ?? null) : null,
    causes: causes.map(({ says }) => says),
    ...(kinds.length === 0 ? {} : { kinds }),
    alarms: said(protection.alarms),
    ...(protection.states.some(({ means }) => means === 'tripped') ? { tellsTrips: true } : {}),
    settings: settingsOf(protection, samples),
  }
}

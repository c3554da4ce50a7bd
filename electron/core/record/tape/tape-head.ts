import { z } from 'zod'
import { mbusProfileSchema, type MbusProfile } from '../../../../shared/mbus/profile.ts'
import { chargerProfileSchema, type ChargerProfile } from '../../../../shared/profile/charger-profile.ts'
import { meterProfileSchema, type MeterProfile } from '../../../../shared/profile/meter-profile.ts'
import { siteSchema, type Site } from '../../../../shared/site/site.ts'
import { modbusOf } from '../../../../shared/site/charger-connection.ts'

export const tapeFormat = 'tripscope-record'
/** Raised when a reader of the version before could misread a record. */
export const tapeVersion = 1

/** The first line of a record: all that the site is made of, beside what it was told. */
export const tapeHeadSchema = z.object({
  format: z.literal(tapeFormat),
  version: z.literal(tapeVersion),
  /** Of the program that wrote it. */
  program: z.string(),
  /** From it the ids of findings, decisions and writes follow. */
  session: z.string(),
  readOnly: z.object({ why: z.string() }).nullable(),
  /** The site file as it was understood; comments, and so what may be secret in them, are not in it. */
  site: siteSchema,
  /** Those that the site uses. */
  profiles: z.object({
    meters: z.array(meterProfileSchema),
    chargers: z.array(chargerProfileSchema),
    mbus: z.array(mbusProfileSchema),
  }),
})
export type TapeHead = Readonly<z.infer<typeof tapeHeadSchema>>

/** The profiles by id, as the site takes them. */
export interface TapeProfiles {
  readonly meterProfiles: ReadonlyMap<string, MeterProfile>
  readonly chargerProfiles: ReadonlyMap<string, ChargerProfile>
  readonly mbusProfiles: ReadonlyMap<string, MbusProfile>
}

const byId = <P extends { readonly id: string }>(list: readonly unknown[]): ReadonlyMap<string, P> =>
  // The schema has checked them; its type only knows all quantities as optional in another way.
  new Map((list as readonly P[]).map((profile) => [profile.id, profile]))

export const tapeProfiles = ({ profiles }: TapeHead): TapeProfiles => ({
  meterProfiles: byId(profiles.meters),
  chargerProfiles: byId(profiles.chargers),
  mbusProfiles: byId(profiles.mbus),
})

/** The head of the record of a site that is being opened. */
export const tapeHeadOf = (parts: {
  readonly site: Site
  readonly profiles: TapeProfiles
  readonly session: string
  readonly readOnly: { readonly why: string } | null
  readonly program: string
}): TapeHead => {
  const used = <P>(profiles: ReadonlyMap<string, P>, ids: readonly string[]): P[] =>
    [...profiles].filter(([id]) => ids.includes(id)).map(([, profile]) => profile)
  const { site, profiles } = parts
  const meters = site.meters.map(({ profile }) => profile)
  const chargers = site.chargers.flatMap((charger) => modbusOf(charger)?.profile ?? [])
  return {
    format: tapeFormat,
    version: tapeVersion,
    program: parts.program,
    session: parts.session,
    readOnly: parts.readOnly,
    site,
    profiles: {
      meters: used(profiles.meterProfiles, meters),
      chargers: used(profiles.chargerProfiles, chargers),
      mbus: used(profiles.mbusProfiles, meters),
    },
  } as TapeHead
}

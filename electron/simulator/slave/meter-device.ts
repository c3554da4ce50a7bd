import type { SiteMeter } from '../../../shared/site/site.ts'
import type { MeterProfile } from '../../../shared/profile/meter-profile.ts'
import { quantities, type QuantityKey } from '../../../shared/quantities.ts'
import { meterQuantities } from '../physics/meter-quantities.ts'
import type { Meter } from '../physics/meter.ts'
import { exceptions, goodManners, type Device, type Manners } from './device.ts'
import { nameplateEntries } from './nameplate-entries.ts'
import { encodeOrZero, isFloat, readImage, widthOf, type ImageEntry } from './register-image.ts'
import type { OwnRecordsDevice } from './own-records.ts'
import { scaledBySelf, sunSpecEntries } from './sunspec-map.ts'

/** Quantities that shrink with the current transformer when the ratio is left to the application. */
const scaledKinds: ReadonlySet<string> = new Set(['current', 'power', 'energy', 'demand'])

/** What the ratio divides in this quantity's register: 1 unless the meter reports secondary values. */
export const secondaryRatio = (meter: Pick<SiteMeter, 'currentTransformer'>, key: QuantityKey): number => {
  const transformer = meter.currentTransformer
  if (!transformer || transformer.appliedIn === 'meter' || !scaledKinds.has(quantities[key].kind)) return 1
  return transformer.primary / transformer.secondary
}

/** What a register says that stands still: what it said when it stopped. */
const heldBack = (stuck: Manners['stuck'], key: string, now: number | undefined): number | undefined => {
  const held = stuck.get(key)
  if (held === null && now !== undefined) stuck.set(key, now)
  return held ?? now
}

/** A meter of the world as the Modbus device its profile describes. */
export const createMeterDevice = (
  site: Pick<SiteMeter, 'id' | 'unit' | 'currentTransformer'>,
  profile: MeterProfile,
  meter: Meter,
  turnaroundMs: number,
  stuck: readonly string[] = [],
  /** What it says beside what it measures: state and settings of a trip unit, residual current. */
  beside: () => Readonly<Partial<Record<QuantityKey, number>>> = () => ({}),
  /** Clock, logs and captures of its own. */
  own: OwnRecordsDevice | null = null,
): Device => {
  const manners = goodManners()
  for (const key of stuck) manners.stuck.set(key, null)
  let cached: { readonly window: unknown; readonly values: ReturnType<typeof meterQuantities> } | null = null
  const values = () => {
    if (cached?.window !== meter.window()) cached = { window: meter.window(), values: meterQuantities(meter) }
    return cached?.values ?? null
  }
  const codec = { wordOrder: profile.wordOrder, notAvailable: profile.notAvailable }
  const quantityEntries: ImageEntry[] = Object.entries(profile.quantities).map(([name, listed]) => {
    const key = name as QuantityKey
    const register = scaledBySelf(listed)
    return {
      space: register.space ?? profile.space,
      address: register.address,
      width: widthOf(register),
      isFloat: isFloat(register),
      words: (instead) => {
        if (instead !== undefined) return encodeOrZero(register, instead, codec)
        const value = heldBack(manners.stuck, key, beside()[key] ?? values()?.[key])
        return encodeOrZero(register, value === undefined ? 0 : value / secondaryRatio(site, key), codec)
      },
    }
  })
  const entries = [...quantityEntries, ...sunSpecEntries(site.id, profile), ...nameplateEntries(site, profile)]
  return {
    id: site.id,
    unit: site.unit,
    turnaroundMs,
    manners,
    hasFloats: entries.some((entry) => entry.isFloat),
    isPowered: meter.isPowered,
    requestSeen: () => undefined,
    read: (functionCode, address, count) =>
      own?.read(functionCode, address, count) ??
      readImage(
        entries,
        profile.line,
        0,
        functionCode === 3 ? 'holding' : 'input',
        address,
        count,
        manners.wrong?.kind === 'nan' || manners.wrong?.kind === 'infinity' ? manners.wrong.kind : null,
      ),
    // Pointers and commands of its logs, and its clock: nothing else of a meter here lets itself be changed over the line.
    write: (_functionCode, address, words) => own?.write(address, words) ?? { exception: exceptions.illegalFunction },
    ...(own === null ? {} : { readFile: own.readFile }),
  }
}

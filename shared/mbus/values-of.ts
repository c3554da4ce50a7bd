/** Quantities from a meter's reply by its profile. */
import { quantities, type QuantityKey, type Unit } from '../quantities.ts'
import type { MbusProfile, MbusQuantity, MbusSelector } from './profile.ts'
import type { MbusRecord } from './record-value.ts'
import { own } from '../own.ts'
import type { Telegram } from './decoded-telegram.ts'

/** Null with why: the reply does not hold the quantity, or the meter says it has none now. */
export type MbusReading =
  { readonly value: number; readonly records: readonly MbusRecord[] } | { readonly value: null; readonly why: string }

/** What one unit of the VIF is in the unit of our quantity. */
const conversions: Readonly<Record<string, Partial<Record<Unit, number>>>> = {
  Wh: { kWh: 1e-3 },
  J: { kWh: 1 / 3.6e6 },
  cal: { kWh: 4.1868 / 3.6e6 },
  varh: { kvarh: 1e-3 },
  VAh: { kVAh: 1e-3 },
  W: { W: 1 },
  'J/h': { W: 1 / 3600 },
  var: { var: 1 },
  VA: { VA: 1 },
  V: { V: 1 },
  A: { A: 1 },
  Hz: { Hz: 1 },
  deg: { deg: 1 },
  degC: { degC: 1 },
  s: { h: 1 / 3600, s: 1 },
  '%': { '%': 1 },
  '': { 1: 1, V: 1, A: 1, Hz: 1, W: 1, var: 1, VA: 1, kWh: 1, kvarh: 1, kVAh: 1, '%': 1, deg: 1, code: 1, h: 1 },
}
const asUnit: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  reactive: { W: 'var', Wh: 'varh' },
  apparent: { W: 'VA', Wh: 'VAh' },
}

/** From a VIF's unit to a quantity's, or null where the two have nothing in common. */
export const conversion = (vifUnit: string, as: MbusSelector['as'], unit: Unit): number | null => {
  const sent = as === undefined ? vifUnit : own(asUnit[as], vifUnit)
  return sent === undefined ? null : (own(conversions, sent)?.[unit] ?? null)
}

const fits = (record: MbusRecord, selector: MbusSelector): boolean => {
  const { vif } = record
  return (
    vif.quantity === selector.vif &&
    record.function === selector.function &&
    record.storage === selector.storage &&
    record.subUnit === selector.subUnit &&
    (selector.tariff === 'all' ? record.tariff > 0 : record.tariff === selector.tariff) &&
    vif.phase === (selector.phase ?? null) &&
    vif.direction === (selector.direction ?? null) &&
    vif.modifiers.length === 0
  )
}

const describeSelector = (selector: MbusSelector): string =>
  [
    ...(selector.position === undefined ? [] : [`${selector.position}. `]),
    selector.vif,
    ...(selector.function === 'instantaneous' ? [] : [`, ${selector.function}`]),
    ...(selector.tariff === 'all' ? [' of any tariff'] : selector.tariff > 0 ? [`, tariff ${selector.tariff}`] : []),
    ...(selector.storage > 0 ? [`, storage ${selector.storage}`] : []),
    ...(selector.subUnit > 0 ? [`, sub-unit ${selector.subUnit}`] : []),
    ...(selector.phase === undefined ? [] : [`, ${selector.phase}`]),
    ...(selector.direction === undefined ? [] : [`, ${selector.direction}`]),
  ].join('')

/** In words for a person: "energy, tariff 1" or "3. voltage". */
export const describeSelection = (quantity: MbusQuantity): string =>
  [quantity as MbusSelector, ...(quantity.or ?? [])]
    .map((selector) => `${describeSelector(selector)}${selector.as === undefined ? '' : `, read as ${selector.as}`}`)
    .join('; else ')

const missing = (why: string): MbusReading => ({ value: null, why })

const valueOf = (record: MbusRecord, selector: MbusSelector, unit: Unit): number | string => {
  if (record.value.kind === 'none') return record.value.why
  if (record.value.kind !== 'number')
    return `the meter sends ${record.value.kind === 'bytes' ? 'bytes' : `a ${record.value.kind}`} where a number belongs`
  const factor = conversion(record.vif.unit, selector.as, unit)
  // Division keeps a reading as the meter shows it: 12520 Wh is 12.52 kWh, not 12.520000000000001.
  if (factor === 1e-3) return (record.value.value / 1000) * selector.scale
  return factor === null
    ? `the meter sends it in '${record.vif.unit}', which is no ${unit}`
    : record.value.value * factor * selector.scale
}

const read = (records: readonly MbusRecord[], selector: MbusSelector, unit: Unit): MbusReading | null => {
  const found = records.filter((record) => fits(record, selector))
  if (found.length === 0) return null
  if (selector.tariff === 'all') return sum(found, selector, unit)
  const record = found[(selector.position ?? 1) - 1]
  if (record === undefined) return null
  if (selector.position === undefined && found.length > 1) {
    return missing(
      `the meter sends ${found.length} records of ${describeSelector(selector)} that differ by their place only: its own profile is needed`,
    )
  }
  const value = valueOf(record, selector, unit)
  return typeof value === 'number' ? { value, records: [record] } : missing(value)
}

const sum = (found: readonly MbusRecord[], selector: MbusSelector, unit: Unit): MbusReading => {
  const tariffs = found.map(({ tariff }) => tariff)
  if (new Set(tariffs).size < tariffs.length) return missing('the meter sends a tariff twice')
  let total = 0
  for (const record of found) {
    const value = valueOf(record, selector, unit)
    if (typeof value === 'string') return missing(`tariff ${record.tariff}: ${value}`)
    total += value
  }
  return { value: Math.round(total * 1e6) / 1e6, records: found }
}

const whyNothing = (telegrams: readonly Telegram[]): string | null => {
  const report = telegrams.find((telegram) => telegram.report !== null)?.report
  if (report !== undefined && report !== null) return `the meter reports: ${report.text}`
  const { status } = telegrams.find(({ header }) => header !== null)?.header ?? {}
  return status?.busy === true ? 'the meter is busy' : null
}

/** Every quantity of the profile, read from all telegrams of one reply, in kWh, W, V, A as in shared/quantities.ts. */
export const valuesOf = (
  profile: MbusProfile,
  telegrams: readonly Telegram[],
): ReadonlyMap<QuantityKey, MbusReading> => {
  const records = telegrams.flatMap((telegram) => telegram.records)
  const nothing = whyNothing(telegrams)
  return new Map(
    (Object.entries(profile.quantities) as [QuantityKey, MbusQuantity][]).map(([key, quantity]) => {
      const { unit } = quantities[key]
      for (const selector of [quantity as MbusSelector, ...(quantity.or ?? [])]) {
        const reading = read(records, selector, unit)
        if (reading !== null) return [key, reading]
      }
      return [key, missing(nothing ?? `the meter sends no ${describeSelector(quantity)}`)]
    }),
  )
}

import type { MeterDescription, Overview } from '../../../shared/api/site-contract.ts'
import { billingOfCharger, billingOfMeter } from '../../../shared/energy-report/billing.ts'
import type { EnergyGrouping } from '../../../shared/energy-report/report-schema.ts'
import type { EnergySource } from '../../../shared/energy-report/source-energy.ts'
import type { ChargerProfile } from '../../../shared/profile/charger-profile.ts'
import { modbusOf } from '../../../shared/site/charger-connection.ts'
import type { Site, SiteCharger } from '../../../shared/site/site.ts'
import { chargerBound } from '../record/charger-count.ts'
import { energyBound } from '../record/energy-bound.ts'

/** The meter at the grid connection; null: none is declared. */
export const incomerOf = (site: Site): string | null =>
  site.circuits.find(({ parent }) => parent === undefined)?.meter ?? null

const totals = ['e_import', 'e_import_float'] as const

const meterSource = (site: Site, { id, name, ...told }: MeterDescription): EnergySource => {
  const declared = site.meters.find((meter) => meter.id === id)
  const has = (key: string): boolean => Object.hasOwn(told.quantities, key)
  return {
    ...{ id, name, kind: 'meter' },
    counter: has('e_import') || has('e_import_t1') ? 'register' : 'none',
    billing: billingOfMeter({
      ...told,
      isScaledHere: declared?.currentTransformer?.appliedIn === 'app',
      isSummedHere: !totals.some(has) && has('e_import_t1'),
      hasTransformers: declared?.currentTransformer !== undefined,
    }),
    boundKw: declared === undefined ? Infinity : energyBound(site, declared).kw,
  }
}

const counterOf = (charger: SiteCharger, profiles: ReadonlyMap<string, ChargerProfile>): EnergySource['counter'] => {
  const modbus = modbusOf(charger)
  // Over OCPP a charger tells its register with its meter values; one that does not has nothing kept.
  if (modbus === null) return 'register'
  const quantities = profiles.get(modbus.profile)?.quantities ?? {}
  if (Object.hasOwn(quantities, 'e_total')) return 'register'
  return Object.hasOwn(quantities, 'e_session') ? 'session' : 'none'
}

const chargerSource = (
  site: Site,
  charger: SiteCharger,
  profiles: ReadonlyMap<string, ChargerProfile>,
): EnergySource => ({
  ...{ id: charger.id, name: charger.name ?? charger.id, kind: 'charger', billing: billingOfCharger },
  counter: counterOf(charger, profiles),
  boundKw: chargerBound(site, charger).kw,
})

/** The meters and chargers a grouping counts, in the order of the site file. */
export const sourcesFor = (
  { site, meters }: Overview,
  profiles: ReadonlyMap<string, ChargerProfile>,
  grouping: EnergyGrouping,
): readonly EnergySource[] => {
  const counted = new Set((site.accounts ?? []).flatMap((account) => [...account.meters, ...account.chargers]))
  const incomer = incomerOf(site)
  const byAccount = grouping === 'account' || grouping === 'period'
  return [
    ...meters
      .filter(({ id }) => (byAccount ? counted.has(id) || id === incomer : grouping === 'meter'))
      .map((meter) => meterSource(site, meter)),
    ...site.chargers
      .filter(({ id }) => (byAccount ? counted.has(id) : grouping === 'charger'))
      .map((charger) => chargerSource(site, charger, profiles)),
  ]
}

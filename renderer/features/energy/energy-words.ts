import type { EnergyGrouping, EnergyLine, EnergyReport } from '../../../shared/energy-report/report-schema.ts'
import { energyNoteText } from '../../../shared/said/energy-note.ts'
import { formatNumber } from '../../format/number.ts'
import type { TimeFormat } from '../../format/time.ts'

export const groupingWords: Readonly<Record<EnergyGrouping, string>> = {
  account: 'Account',
  period: 'Account and time of day',
  meter: 'Meter',
  charger: 'Charger',
}
export const kindWords: Readonly<Record<EnergyLine['kind'], string>> = {
  tenant: 'tenant',
  fleet: 'fleet',
  common: 'shared',
  other: 'other',
  meter: 'meter',
  charger: 'charger',
  period: 'time of day',
  site: 'site',
  rest: 'difference',
}
export const billingWords: Readonly<Record<EnergyLine['billing']['use'], string>> = {
  'if-marked': 'if MID-marked',
  no: 'not for billing',
}

/** 2026-11-23 10:15, with the offset in the hour that comes twice. */
export const momentText = (time: TimeFormat, ms: number): string => `${time.date(ms)} ${time.minute(ms)}`

/** Down to the tenth, so that only what was measured whole is 100 %. */
export const coverageText = (coverage: number): string => `${formatNumber(Math.floor(coverage * 1000) / 10, 1)} %`

export const kwhText = (kwh: number): string => formatNumber(kwh, 2)

export const windowText = ({ fromMs, toMs, isSoFar, timezone }: EnergyReport, time: TimeFormat): string =>
  `${momentText(time, fromMs)} to ${momentText(time, toMs)} (${timezone})${isSoFar ? ', so far' : ''}`

/** Why an energy is not known. */
export const noEnergyWhy = ({ kind }: EnergyLine): string =>
  kind === 'rest'
    ? 'The grid connection was not measured, or an account counts it'
    : 'No two readings of its counter are kept for this time'

/** What was noted of all lines, each once, in their order. */
export const noteTexts = ({ lines }: EnergyReport, time: TimeFormat): readonly string[] => [
  ...new Set(lines.flatMap(({ notes }) => notes.map((note) => energyNoteText(note, (ms) => momentText(time, ms))))),
]

export const moneyText = (money: NonNullable<EnergyLine['money']>, currency: string): string =>
  `${formatNumber(money.amount, 2)} ${currency}`

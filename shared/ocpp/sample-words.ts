/** The words of one sampled value (OCPP 1.6, 7.44; 2.0.1 part 2, SampledValueType), as the standard has them and as chargers write them. */
import { own } from '../own.ts'
import { isPayload } from './frame.ts'
import { readNumber, textOf } from './numbers.ts'
import type { Oddity } from './oddity.ts'

export type Terminal = 1 | 2 | 3 | 'N' | 'total' | 'between'
type Dimension = 'current' | 'voltage' | 'power' | 'energy' | 'frequency' | 'temperature' | 'percent' | 'none'

/** To A, V, W, Wh, Hz, degrees Celsius, percent; by the unit in lower case. The errata and most chargers differ in "Hertz" and "Celcius". */
const units: Readonly<Record<string, readonly [Dimension, number]>> = {
  a: ['current', 1],
  ma: ['current', 0.001],
  ka: ['current', 1000],
  v: ['voltage', 1],
  mv: ['voltage', 0.001],
  kv: ['voltage', 1000],
  w: ['power', 1],
  kw: ['power', 1000],
  mw: ['power', 1e6],
  wh: ['energy', 1],
  kwh: ['energy', 1000],
  mwh: ['energy', 1e6],
  hz: ['frequency', 1],
  hertz: ['frequency', 1],
  celsius: ['temperature', 1],
  celcius: ['temperature', 1],
  c: ['temperature', 1],
  '°c': ['temperature', 1],
  percent: ['percent', 1],
  '%': ['percent', 1],
}
const dimensions: Readonly<Record<string, Dimension>> = {
  'Current.Import': 'current',
  'Current.Export': 'current',
  'Current.Offered': 'current',
  Voltage: 'voltage',
  'Power.Active.Import': 'power',
  'Power.Active.Export': 'power',
  'Power.Offered': 'power',
  'Energy.Active.Import.Register': 'energy',
  Frequency: 'frequency',
  Temperature: 'temperature',
  SoC: 'percent',
}
/** As the standard spells it; some write it in small letters. */
const spelled: ReadonlyMap<string, string> = new Map(Object.keys(dimensions).map((name) => [name.toLowerCase(), name]))
/** Which of the same measurand twice says how it is now: the higher (1.6, 7.34 ReadingContext). */
const contexts: Readonly<Record<string, number>> = {
  'Sample.Periodic': 3,
  'Sample.Clock': 3,
  Trigger: 3,
  'Transaction.End': 2,
  Other: 1,
  'Interruption.End': 1,
  'Interruption.Begin': 1,
  'Transaction.Begin': 0,
}
const oddContext = 2
const locations: Readonly<Record<string, number>> = { Outlet: 3, Inlet: 2, Body: 2, Cable: 1, Upstream: 1, EV: 0 }

const terminalOf = (phase: string | null): Terminal | null => {
  if (phase === null || phase === '') return 'total'
  const single = /^L([123])(?:-?N)?$/i.exec(phase)
  if (single !== null) return Number(single[1]) as Terminal
  if (/^N$/i.test(phase)) return 'N'
  return /^L[123]-L[123]$/i.test(phase) ? 'between' : null
}

export interface SampleWords {
  readonly measurand: string
  readonly terminal: Terminal
  /** In A, V, W, Wh, Hz, degrees Celsius or percent. */
  readonly value: number
  /** The unit as it was written; null: none, the standard's own is meant. */
  readonly unit: string | null
  readonly rank: number
  /** Begin, end or anything between: of several, what is known of now. */
  readonly isBegin: boolean
}

const unitOf = (
  sample: Readonly<Record<string, unknown>>,
): { readonly name: string | null; readonly factor: number } => {
  const measure = own(sample, 'unitOfMeasure')
  if (!isPayload(measure)) return { name: textOf(own(sample, 'unit'), 20), factor: 1 }
  const multiplier = readNumber(own(measure, 'multiplier')) ?? 0
  return { name: textOf(own(measure, 'unit'), 20), factor: Math.abs(multiplier) <= 12 ? 10 ** multiplier : 1 }
}

/** One sample, or what is wrong with it; null where it is a kind of value nobody here needs. One bad sample costs the others nothing. */
export const readSampleWords = (
  sample: unknown,
): { readonly words: SampleWords | null; readonly oddities: readonly Oddity[] } => {
  if (!isPayload(sample))
    return {
      words: null,
      oddities: [{ kind: 'wrong-shape', text: 'sends a sampled value that is no object; left out' }],
    }
  const written = textOf(own(sample, 'measurand'), 60) ?? 'Energy.Active.Import.Register'
  const suffix = /^(.*)\.(L[123](?:-N)?|N)$/i.exec(written)
  const named = suffix?.[1] ?? written
  const measurand = spelled.get(named.toLowerCase()) ?? named
  const oddities: Oddity[] =
    suffix === null
      ? []
      : [
          {
            kind: 'suffixed-measurand',
            text: `names the phase in the measurand ("${written}"); taken as phase ${suffix[2] ?? ''}`,
          },
        ]
  if (measurand !== named)
    oddities.push({ kind: 'wrong-shape', text: `spells the measurand "${named}"; taken as ${measurand}` })
  const left = (kind: Oddity['kind'], text: string) => ({ words: null, oddities: [...oddities, { kind, text }] })
  const dimension = own(dimensions, measurand) ?? 'none'
  if (dimension === 'none' || own(sample, 'format') === 'SignedData') return { words: null, oddities }
  const terminal = terminalOf(textOf(own(sample, 'phase'), 10) ?? suffix?.[2] ?? null)
  if (terminal === null)
    return left('wrong-shape', `sends ${measurand} of a phase the standard does not know; left out`)
  const { name, factor } = unitOf(sample)
  const unit = name === null || name === '' ? null : own(units, name.toLowerCase())
  if (unit === undefined || (unit !== null && unit[0] !== dimension))
    return left(
      'unknown-unit',
      `sends ${measurand} in "${name ?? ''}", no unit of it; that value is left out, the others count`,
    )
  const value = readNumber(own(sample, 'value'))
  if (value === null)
    return left(
      'no-number',
      `sends ${measurand} = "${textOf(own(sample, 'value'), 30) ?? ''}", which is no number; left out`,
    )
  const context = textOf(own(sample, 'context'), 40) ?? 'Sample.Periodic'
  const location = textOf(own(sample, 'location'), 20) ?? 'Outlet'
  return {
    words: {
      measurand,
      terminal,
      value: value * factor * (unit?.[1] ?? 1),
      unit: name,
      rank: (own(contexts, context) ?? oddContext) * 10 + (own(locations, location) ?? 1),
      isBegin: context === 'Transaction.Begin',
    },
    oddities,
  }
}

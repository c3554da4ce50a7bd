import { bandCount } from './harmonics.ts'
import { flatShare } from './resample.ts'

/**
 * What is measured of a window, as an ordered list of columns: the values themselves travel and are stored as plain arrays beside what
 * they are of. Two sides that know a `QualityScheme` agree on its columns.
 */
export interface QualityScheme {
  /** `u1` to `i3`, `un`, `in`; `isum` is i1 + i2 + i3, computed where no neutral is measured. */
  readonly channels: readonly string[]
  /** Highest order of harmonics: 50, or what the sampling rate allows. */
  readonly orders: number
  /** Bands of 200 Hz from 2 kHz. */
  readonly bands: number
}

/** How values of windows become one of a longer time: IEC 61000-4-30, 4.5 (RMS), a plain mean (powers), and Plt's mean of cubes. */
export type Operator = 'square' | 'mean' | 'cube'
export interface QualityColumn {
  readonly key: string
  readonly unit: string
  readonly operator: Operator
}

export const mostOrders = 50

const channelOrder = ['u1', 'u2', 'u3', 'un', 'i1', 'i2', 'i3', 'in'] as const
const hasAll = (names: readonly string[], wanted: readonly string[]): boolean =>
  wanted.every((name) => names.includes(name))

export const schemeOf = (names: readonly string[], rateHz: number, nominalHz: number): QualityScheme => {
  const channels: string[] = channelOrder.filter((name) => names.includes(name))
  if (hasAll(channels, ['i1', 'i2', 'i3']) && !channels.includes('in')) channels.push('isum')
  const highestHz = rateHz * flatShare
  // The subgroup reaches a bin further, and the frequency may be 15 % above nominal.
  const orders = Math.min(mostOrders, Math.floor((highestHz / (nominalHz * 1.15)) * 0.99))
  return { channels, orders, bands: bandCount(highestHz) }
}

const column = (key: string, unit: string, operator: Operator): QualityColumn => ({ key, unit, operator })

const ofChannel = (name: string, { orders, bands }: QualityScheme): readonly QualityColumn[] => {
  const unit = name.startsWith('u') ? 'V' : 'A'
  const count = (length: number) => Array.from({ length }, (_, index) => index)
  const isPhaseVoltage = /^u[123]$/.test(name)
  return [
    column(`${name}.rms`, unit, 'square'),
    column(`${name}.dc`, unit, 'mean'),
    column(`${name}.crest`, '', 'mean'),
    column(`${name}.thd`, '%', 'square'),
    ...(name.startsWith('i') ? [column(`${name}.k`, '', 'mean')] : []),
    ...(isPhaseVoltage
      ? [
          column(`${name}.under`, 'V', 'square'),
          column(`${name}.over`, 'V', 'square'),
          column(`${name}.pinst`, '', 'mean'),
          column(`${name}.pst`, '', 'cube'),
        ]
      : []),
    ...count(orders).map((index) => column(`${name}.h${index + 1}`, unit, 'square')),
    ...count(orders).map((index) => column(`${name}.ih${index}`, unit, 'square')),
    ...count(bands).map((index) => column(`${name}.b${index}`, unit, 'square')),
  ]
}

const ofPower = (phase: string): readonly QualityColumn[] => [
  column(`p${phase}.p`, 'W', 'mean'),
  column(`p${phase}.s`, 'VA', 'mean'),
  column(`p${phase}.p1`, 'W', 'mean'),
  column(`p${phase}.q1`, 'var', 'mean'),
  column(`p${phase}.sn`, 'VA', 'mean'),
]

/** All columns of a scheme, in the order of their values. */
export const columnsOf = (scheme: QualityScheme): readonly QualityColumn[] => {
  const { channels } = scheme
  const phases = ['1', '2', '3'].filter((phase) => hasAll(channels, [`u${phase}`, `i${phase}`]))
  return [
    ...(hasAll(channels, ['u1', 'u2', 'u3'])
      ? [column('u.negative', '%', 'square'), column('u.zero', '%', 'square'), column('u.rotation', '', 'mean')]
      : []),
    ...(hasAll(channels, ['i1', 'i2', 'i3'])
      ? [column('i.negative', '%', 'square'), column('i.zero', '%', 'square')]
      : []),
    ...phases.flatMap(ofPower),
    ...(phases.length === 3
      ? [column('p.sa', 'VA', 'mean'), column('p.sv', 'VA', 'mean'), column('p.se', 'VA', 'mean')]
      : []),
    column('hz', 'Hz', 'mean'),
    ...channels.flatMap((name) => ofChannel(name, scheme)),
  ]
}

/** Where each column's value stands. */
export const placesOf = (columns: readonly QualityColumn[]): ReadonlyMap<string, number> =>
  new Map(columns.map(({ key }, index) => [key, index]))

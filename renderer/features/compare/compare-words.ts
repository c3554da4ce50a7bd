/** What both sides are drawn in, and the lengths of time that are shown around the moments. */
export interface Quantity {
  readonly value: string
  readonly label: string
  readonly unit: string
  readonly keys: readonly string[]
  readonly labels: readonly string[]
  readonly colours: readonly string[]
  readonly fromZero: boolean
}
const phaseColours = ['var(--ts-phase-1)', 'var(--ts-phase-2)', 'var(--ts-phase-3)']
const phaseLabels = ['L1', 'L2', 'L3']

export const comparedQuantities: readonly Quantity[] = [
  {
    value: 'i',
    label: 'Currents',
    unit: 'A',
    keys: ['i_l1', 'i_l2', 'i_l3'],
    labels: phaseLabels,
    colours: phaseColours,
    fromZero: true,
  },
  {
    value: 'u',
    label: 'Voltages',
    unit: 'V',
    keys: ['u_l1n', 'u_l2n', 'u_l3n'],
    labels: phaseLabels,
    colours: phaseColours,
    fromZero: false,
  },
  {
    value: 'p',
    label: 'Power',
    unit: 'W',
    keys: ['p_total'],
    labels: ['total'],
    colours: ['var(--ts-link)'],
    fromZero: true,
  },
]

export interface Span {
  readonly value: string
  readonly label: string
  readonly beforeMs: number
  readonly afterMs: number
}
export const comparedSpans: readonly Span[] = [
  { value: '1', label: '1 min', beforeMs: 40_000, afterMs: 20_000 },
  { value: '4', label: '4 min', beforeMs: 150_000, afterMs: 90_000 },
  { value: '30', label: '30 min', beforeMs: 900_000, afterMs: 900_000 },
  { value: '240', label: '4 h', beforeMs: 7_200_000, afterMs: 7_200_000 },
]

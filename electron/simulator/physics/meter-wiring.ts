import { z } from 'zod'
import { add, scale, subtract, zero, type Phasor } from './phasor.ts'

/**
 * How a meter may be connected wrongly (electrical.md 6.3). Terminals are counted 1 to 3, whatever site phase stands at them. The
 * meter itself never knows: its powers, angles and factors follow from what its inputs get.
 */
const terminal = z.coerce
  .number()
  .int()
  .min(1)
  .max(3)
  .transform((value) => value - 1)
const factor = z.coerce.number().min(0.01).max(100)
const pair = { terminal: terminal.default(0), other: terminal.default(1) }
const steps = z.coerce
  .number()
  .int()
  .pipe(z.union([z.literal(1), z.literal(2)]))
  .default(1)

export const wiringFaultSchema = z.discriminatedUnion('fault', [
  /** The transformer of one terminal looks the other way. */
  z.strictObject({ fault: z.literal('ct-reversed'), terminal: terminal.default(0) }),
  z.strictObject({ fault: z.literal('all-reversed') }),
  /** The transformers of two terminals have changed places, */
  z.strictObject({ fault: z.literal('cts-swapped'), ...pair }),
  /** and look the other way besides: this one looks plausible. */
  z.strictObject({ fault: z.literal('cts-swapped-reversed'), ...pair }),
  z.strictObject({ fault: z.literal('cts-rotated'), steps }),
  /** Unplugged, or its secondary is short-circuited. */
  z.strictObject({ fault: z.literal('ct-open'), terminal: terminal.default(0) }),
  /** The meter shows `factor` times the current, of one terminal or of all. */
  z.strictObject({ fault: z.literal('wrong-ratio'), factor: factor.default(0.8), terminal: terminal.optional() }),
  /** Only the voltage leads have changed places: they do not belong to their currents any more. */
  z.strictObject({ fault: z.literal('voltages-swapped'), ...pair }),
  z.strictObject({ fault: z.literal('voltages-rotated'), steps }),
  /** Voltage and current of two terminals together: every power is right, the rotation is not. */
  z.strictObject({ fault: z.literal('phases-swapped'), ...pair }),
  /** Its neutral hangs in the air: the star point of its voltage inputs floats. */
  z.strictObject({ fault: z.literal('neutral-missing') }),
])
export type WiringFault = z.infer<typeof wiringFaultSchema>
export const wiringFaultNames = wiringFaultSchema.options.map(({ shape }) => shape.fault.value)

/** What each terminal really gets: from which terminal its current and its voltage come, and what becomes of the current. */
export interface MeterWiring {
  readonly currentFrom: readonly number[]
  readonly currentFactor: readonly number[]
  readonly voltageFrom: readonly number[]
  readonly hasNeutral: boolean
}

export const wiredRight: MeterWiring = {
  currentFrom: [0, 1, 2],
  currentFactor: [1, 1, 1],
  voltageFrom: [0, 1, 2],
  hasNeutral: true,
}

const at = <T>(list: readonly T[], index: number): T => list[index] as T
const swapped = (list: readonly number[], one: number, other: number): number[] =>
  list.map((value, index) => (index === one ? at(list, other) : index === other ? at(list, one) : value))
const turned = (list: readonly number[], by: number): number[] => list.map((_, index) => at(list, (index + by) % 3))
const times = (list: readonly number[], by: number, where: (index: number) => boolean): number[] =>
  list.map((value, index) => (where(index) ? value * by : value))

const withFault = (wiring: MeterWiring, fault: WiringFault): MeterWiring => {
  switch (fault.fault) {
    case 'ct-reversed':
      return { ...wiring, currentFactor: times(wiring.currentFactor, -1, (index) => index === fault.terminal) }
    case 'all-reversed':
      return { ...wiring, currentFactor: times(wiring.currentFactor, -1, () => true) }
    case 'cts-swapped':
      return { ...wiring, currentFrom: swapped(wiring.currentFrom, fault.terminal, fault.other) }
    case 'cts-swapped-reversed':
      return {
        ...wiring,
        currentFrom: swapped(wiring.currentFrom, fault.terminal, fault.other),
        currentFactor: times(wiring.currentFactor, -1, (index) => index === fault.terminal || index === fault.other),
      }
    case 'cts-rotated':
      return { ...wiring, currentFrom: turned(wiring.currentFrom, fault.steps) }
    case 'ct-open':
      return { ...wiring, currentFactor: times(wiring.currentFactor, 0, (index) => index === fault.terminal) }
    case 'wrong-ratio':
      return {
        ...wiring,
        currentFactor: times(
          wiring.currentFactor,
          fault.factor,
          (index) => fault.terminal === undefined || index === fault.terminal,
        ),
      }
    case 'voltages-swapped':
      return { ...wiring, voltageFrom: swapped(wiring.voltageFrom, fault.terminal, fault.other) }
    case 'voltages-rotated':
      return { ...wiring, voltageFrom: turned(wiring.voltageFrom, fault.steps) }
    case 'phases-swapped':
      return {
        ...wiring,
        voltageFrom: swapped(wiring.voltageFrom, fault.terminal, fault.other),
        currentFrom: swapped(wiring.currentFrom, fault.terminal, fault.other),
        currentFactor: swapped(wiring.currentFactor, fault.terminal, fault.other),
      }
    case 'neutral-missing':
      return { ...wiring, hasNeutral: false }
  }
}

/** Several faults one after the other, as an electrician would have made them. */
export const wiringOf = (faults: readonly WiringFault[]): MeterWiring => faults.reduce(withFault, wiredRight)

/** Voltage inputs are never quite equal: where the neutral is missing the star point goes to their mean by these weights (an assumption). */
const inputWeights = [0.5, 0.28, 0.22]

/** What the inputs get of what really is at the terminals. */
export const throughWiring = (
  { currentFrom, currentFactor, voltageFrom, hasNeutral }: MeterWiring,
  voltages: readonly Phasor[],
  currents: readonly Phasor[],
): { readonly voltages: readonly Phasor[]; readonly currents: readonly Phasor[] } => {
  const taps = voltages.map((_, index) => voltages[voltageFrom[index] ?? index] ?? zero)
  const star =
    hasNeutral || taps.length < 3 ? zero : taps.map((tap, index) => scale(tap, inputWeights[index] ?? 0)).reduce(add)
  return {
    voltages: taps.map((tap) => subtract(tap, star)),
    currents: currents.map((_, index) =>
      scale(currents[currentFrom[index] ?? index] ?? zero, currentFactor[index] ?? 1),
    ),
  }
}

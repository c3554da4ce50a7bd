import type { MeterProfile } from '../../../shared/profile/meter-profile.ts'
import type { Register } from '../../../shared/profile/register.ts'
import type { ImageEntry } from './register-image.ts'

/** Powers of ten by the name of the scale factor point: 0.1 A, 0.1 V and 10 W steps reach a large site in 16 bits. */
const exponents: Readonly<Record<string, number>> = {
  A_SF: -1,
  V_SF: -1,
  Hz_SF: -2,
  W_SF: 1,
  VA_SF: 1,
  VAR_SF: 1,
  PF_SF: -2,
  TotWh_SF: 0,
  TotVAh_SF: 0,
}
const exponentOf = (name: string): number => exponents[name] ?? 0

/** The register as this device scales it: by its own factor, which is told in the register of the scale factor. */
export const scaledBySelf = <R extends Register>(register: R): R =>
  register.scaleRegister === undefined
    ? register
    : { ...register, scale: Number((register.scale * 10 ** exponentOf(register.scaleRegister.name)).toPrecision(15)) }

/** Two characters a register, filled with NUL. */
const text = (value: string, registers: number): number[] =>
  Array.from(
    { length: registers },
    (_, index) => ((value.charCodeAt(2 * index) || 0) << 8) | (value.charCodeAt(2 * index + 1) || 0),
  )

const entry = (address: number, words: readonly number[]): ImageEntry => ({
  space: 'holding',
  address,
  width: words.length,
  isFloat: false,
  words: () => words,
})

/** Registers of a common model that leads the meter's; of the two lengths in use the one that the profile's usual place has. */
const commonLength = 65

/**
 * What makes a map of a SunSpec meter's registers: 'SunS', model 1, the number and length of its own model, its scale factors and
 * the end of the chain. Written here for itself, so that the product's walk is checked by something it does not share.
 */
export const sunSpecEntries = (id: string, profile: MeterProfile): ImageEntry[] => {
  const { sunspec } = profile
  if (sunspec === undefined) return []
  const { at, length, models } = sunspec
  const common = [
    ...text('Tripscope', 16),
    ...text('Simulated meter', 16),
    ...text('', 8),
    ...text('1.0', 8),
    ...text(id, 16),
    1,
  ]
  const factors = new Map(
    Object.values(profile.quantities).flatMap(({ scaleRegister }) =>
      scaleRegister === undefined ? [] : [[scaleRegister.address, scaleRegister.name] as const],
    ),
  )
  // The meters of this world have three phases and a neutral: x03 or x13.
  const model = models.find((number) => number % 10 === 3) ?? models[0] ?? 0
  return [
    entry(at - commonLength - 4, [0x5375, 0x6e53, 1, commonLength, ...common]),
    entry(at, [model, length]),
    ...[...factors].map(([address, name]) => entry(address, [exponentOf(name) & 0xffff])),
    entry(at + 2 + length, [0xffff, 0]),
  ]
}

import type { Register } from './register.ts'

/** Decimals looked at: beyond six a float32 of hundreds has none left. */
const mostDecimals = 6

/**
 * The step a number shows by its digits: 231.2 shows 0.1, 230 shows 1. A register may be finer than what stands in it: gateways
 * turn whole volts into floats.
 */
export const shownStep = (value: number): number => {
  for (let decimals = 0; decimals < mostDecimals; decimals += 1) {
    const shifted = value * 10 ** decimals
    if (Math.abs(shifted - Math.round(shifted)) < 1e-6 * Math.max(1, Math.abs(shifted) * 1e-3)) return 10 ** -decimals
  }
  return 10 ** -mostDecimals
}

/** Smallest step of a register in its quantity's unit; 0 for a float, and where the device itself sets the power of ten. */
export const registerStep = ({
  type,
  scale,
  scaleRegister,
}: Pick<Register, 'type' | 'scale' | 'scaleRegister'>): number =>
  type.startsWith('float') || scaleRegister !== undefined ? 0 : Math.abs(scale)

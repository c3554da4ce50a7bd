import { z } from 'zod'
import { registerSpaceSchema } from '../profile/register.ts'

/** Where a meter keeps harmonics with their angles: one float32 an order, from order 1 on. */

const address = z.number().int().min(0).max(65535)
const perPhase = z.strictObject({ L1: address, L2: address, L3: address })

/** Places the maker's document gives in two ways; which is right is found on the device. */
const places = z.union([perPhase, z.strictObject({ candidates: z.array(perPhase).min(2) })])

export const harmonicLayoutSchema = z.strictObject({
  orders: z.number().int().min(2).max(127),
  space: registerSpaceSchema.optional(),
  voltages: perPhase,
  currents: places,
  voltageAngles: places,
  currentAngles: places,
  /** Of orders above the first: volts, percent of the fundamental, or a setting of the meter. */
  voltageUnit: z.enum(['V', '%', 'setting']),
  currentUnit: z.enum(['A', '%', 'setting']),
  /** What a current's angle is measured from: like the voltages', or from the voltage of the same phase and order. */
  currentAnglesFrom: z.enum(['reference', 'voltage']),
  /** How the meter averages what it shows, for the label. */
  window: z.string(),
  /** The convention of the angles was seen on a device; else it is an assumption, and said. */
  isConfirmed: z.boolean(),
  /** All of a set must come from one snapshot of the meter, and no maker says that they do: harmonics that change meanwhile show. */
  source: z.string(),
  missing: z.array(z.string()).default([]),
})
export type HarmonicLayout = Readonly<z.infer<typeof harmonicLayoutSchema>>
export type PerPhase = Readonly<z.infer<typeof perPhase>>

import type { QuantityKey } from '../quantities.ts'
import type { Telegram } from './telegram.ts'
import { z } from 'zod'

export const mbusProfileSchema = z.strictObject({ id: z.string() })
export interface MbusProfile { readonly id: string; readonly make: string; readonly models: readonly string[] }

/** Null with why: the telegrams don't hold the quantity, or the meter says it has none now. */
export type MbusReading = { readonly value: number } | { readonly value: null; readonly why: string }

export const valuesOf = (_profile: MbusProfile, _telegrams: readonly Telegram[]): ReadonlyMap<QuantityKey, MbusReading> => new Map()

/** What a SunSpec map says of itself: a marker, then a chain of models, each led by its number and its length. */

/** Reads registers of function 3. `refused`: the device answered with an exception; every other fault is `failed`. */
export type SunSpecRead = (address: number, count: number) => Promise<SunSpecReply>
export type SunSpecReply =
  | { readonly ok: true; readonly words: readonly number[] }
  /** `message` for a person; `isSilent`: no answer came at all. */
  | { readonly ok: false; readonly isRefused: boolean; readonly isSilent: boolean; readonly message: string }

/** One block of the chain. */
export interface SunSpecModel {
  readonly id: number
  /** Of the register that holds `id`; the model's points follow two registers later. */
  readonly address: number
  /** Registers after the length register. */
  readonly length: number
}

/** Model 1. A string the device left empty is null. */
export interface SunSpecCommon {
  readonly maker: string | null
  readonly model: string | null
  readonly options: string | null
  readonly version: string | null
  readonly serial: string | null
}

/** A meter model with the common model that leads it: a gateway or an inverter may list several devices in one chain. */
export interface SunSpecMeter extends SunSpecModel {
  readonly common: SunSpecCommon | null
}

export interface SunSpecDevice {
  /** Where 'SunS' stands. */
  readonly base: number
  readonly models: readonly SunSpecModel[]
  /** Models 201-204 and 211-214 with the length the standard gives them, in the order of the chain. */
  readonly meters: readonly SunSpecMeter[]
  /** The first common model. */
  readonly common: SunSpecCommon | null
  /** What is odd but can be lived with, for a person. */
  readonly notes: readonly string[]
}

/**
 * silent: nothing answered at any base, or the device fell silent on the way. absent: something answers, but there is no 'SunS'. broken: there is one, and the chain
 * behind it can't be followed to its end. `message` says what, where and what to do.
 */
export type SunSpecWalk =
  | { readonly ok: true; readonly device: SunSpecDevice }
  | { readonly ok: false; readonly kind: 'silent' | 'absent' | 'broken'; readonly message: string }

/** Registers after the length register of a meter model; null for any other model (SunSpec model definitions 201-204, 211-214). */
export const meterModelLength = (id: number): number | null =>
  id >= 201 && id <= 204 ? 105 : id >= 211 && id <= 214 ? 124 : null

const wirings: Readonly<Record<number, string>> = {
  1: 'single phase',
  2: 'split phase',
  3: 'three phases with neutral',
  4: 'three phases, delta',
}

/** "203, three phases with neutral": what a meter model's number means; the number alone for others. */
export const meterModelName = (id: number): string =>
  meterModelLength(id) === null ? String(id) : `${String(id)}, ${wirings[id % 10] ?? ''}`

const nameOf = ({ maker, model }: SunSpecCommon): string =>
  [maker, model].filter((part) => part !== null).join(' ') || 'no name given'

/** The grounds for calling this a SunSpec device, one sentence each. */
export const sunSpecEvidence = (device: SunSpecDevice): string[] => [
  `'SunS' at register ${String(device.base)}`,
  ...(device.common === null
    ? []
    : [
        `model 1 says ${nameOf(device.common)}${device.common.serial === null ? '' : `, serial number ${device.common.serial}`}`,
      ]),
  ...device.meters.map(({ id, address }) => `meter model ${meterModelName(id)}, at register ${String(address)}`),
]

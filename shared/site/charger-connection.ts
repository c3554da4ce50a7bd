/**
 * How a charger is connected, in the site file: one key, named after what it speaks. `line`, `unit` and `profile` beside the other keys of
 * a charger are the same as `modbus: { line, unit, profile }`; files of before say it so, and it stays valid.
 */
import { z } from 'zod'
import type { Path } from '../yaml/problem.ts'
import { ocppConnectionSchema, type OcppConnection } from './ocpp-connection.ts'

export const unitSchema = z
  .number()
  .int()
  .min(0)
  .max(255)
  .describe('Modbus unit id (1-247; 0 and 248-255 only where a TCP device asks for it)')

const line = z.string().describe('Id of the Modbus line it hangs on')
const profile = z.string().describe('A charger profile id from the catalogue')

export const modbusConnectionSchema = z.strictObject({ line, unit: unitSchema.default(1), profile })
export type ModbusConnection = z.infer<typeof modbusConnectionSchema>

/** What a charger says of its connection, by the key it stands under. A kind more is one line here and one in `connectionKeys`. */
export interface ConnectionKinds {
  readonly modbus: ModbusConnection
  readonly ocpp: OcppConnection
}
export type ConnectionKind = keyof ConnectionKinds
/** Exactly one of them. */
export type ChargerConnection = {
  [K in ConnectionKind]: { readonly [Key in K]: ConnectionKinds[K] } & {
    readonly [Other in Exclude<ConnectionKind, K>]?: never
  }
}[ConnectionKind]

/** The keys of the site file: the kinds, and Modbus in its short form. */
export const connectionKeys = {
  modbus: modbusConnectionSchema.optional().describe('Its connection over a Modbus line: line, unit and profile'),
  ocpp: ocppConnectionSchema
    .optional()
    .describe("Its connection over OCPP: the identity it connects with to the site's 'ocpp' server"),
  line: line.optional().describe("Id of the Modbus line it hangs on; short for 'modbus: { line: ... }'"),
  unit: unitSchema
    .optional()
    .describe('Modbus unit id (1-247; 0 and 248-255 only where a TCP device asks for it); default 1'),
  profile: profile.optional().describe('A charger profile id from the catalogue'),
}
type Written = { readonly [K in keyof typeof connectionKeys]?: z.infer<(typeof connectionKeys)[K]> }

export const connectionOf = ({ modbus, ocpp, line: onLine, unit, profile: byProfile }: Written): ChargerConnection =>
  ocpp === undefined
    ? { modbus: modbus ?? { line: onLine ?? '', unit: unit ?? 1, profile: byProfile ?? '' } }
    : { ocpp }

const shortKeys = ['line', 'unit', 'profile'] as const

/** Each thing that may be wrong with how it is written. They are told beside what else is wrong with the charger, hence `when`. */
export const connectionRules = [
  ...(['line', 'profile'] as const).map((key) => ({
    isKept: (written: Written) =>
      written.modbus !== undefined || written.ocpp !== undefined || written[key] !== undefined,
    tell: {
      path: [key],
      message: 'is missing: expected text',
      params: { remedy: `add '${key}: ...'${key === 'profile' ? ' (A charger profile id from the catalogue)' : ''}` },
    },
  })),
  {
    isKept: (written: Written) => written.modbus === undefined || shortKeys.every((key) => written[key] === undefined),
    tell: {
      path: ['modbus'],
      message: "its connection is given twice, under 'modbus' and by line, unit or profile beside it",
      params: { remedy: "keep 'modbus: { line: ..., unit: ..., profile: ... }' and remove the others" },
    },
  },
  {
    isKept: (written: Written) =>
      written.ocpp === undefined ||
      (written.modbus === undefined && shortKeys.every((key) => written[key] === undefined)),
    tell: {
      path: ['ocpp'],
      message: "its connection is given twice, under 'ocpp' and over Modbus",
      params: { remedy: "keep 'ocpp: { identity: ... }' or the Modbus keys, and remove the others" },
    },
  },
]

/** The Modbus connection of a charger; null where it speaks something else. */
export const modbusOf = (charger: ChargerConnection): ModbusConnection | null =>
  'modbus' in charger && charger.modbus !== undefined ? charger.modbus : null

/** The OCPP connection of a charger; null where it speaks something else. */
export const ocppOf = (charger: ChargerConnection): OcppConnection | null =>
  'ocpp' in charger && charger.ocpp !== undefined ? charger.ocpp : null

/** Where something of a site stands in its file: a path into `modbus` is one key shorter where the short form was written. */
export const asWritten = (path: Path, site: unknown): Path => {
  const [list, index, kind, ...rest] = path
  if (list !== 'chargers' || kind !== 'modbus' || typeof index !== 'number') return path
  const chargers: unknown =
    typeof site === 'object' && site !== null ? (site as Record<string, unknown>)['chargers'] : null
  const charger: unknown = Array.isArray(chargers) ? chargers[index] : null
  const isShort = typeof charger !== 'object' || charger === null || !('modbus' in charger)
  return isShort ? [list, index, ...rest] : path
}

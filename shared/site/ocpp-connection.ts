/**
 * Chargers over OCPP in the site file: the server they connect to (`ocpp` of the site), and of each its identity (`ocpp` of the charger).
 */
import { z } from 'zod'

/** It is the user of HTTP basic authentication and a part of the address, so neither ":" nor "/" nor spaces. 2.0.1 part 2: 48 characters. */
const identityPattern = /^[^\s/:?#%]{1,48}$/
const identity = z
  .string()
  .regex(identityPattern, 'up to 48 characters without spaces, ":", "/", "?", "#" or "%"')
  .describe('The identity the charger connects with, the last part of its address; as it is set in the charger')

/** Where a secret is kept, never the secret: this file is shown, copied and sent. */
export const secretSourceSchema = z
  .union([
    z.strictObject({
      file: z.string().min(1).describe('A file with the password alone, or its hash (scrypt:SALT:HASH in hex)'),
    }),
    z.strictObject({ environment: z.string().min(1).describe('Name of the environment variable that holds it') }),
  ])
  .describe('Where its password for HTTP basic authentication is kept: a file or an environment variable')
export type SecretSource = z.infer<typeof secretSourceSchema>

const limitKeySchema = z.strictObject({
  name: z.string().min(1).max(50).describe('Configuration key the charger is limited by, e.g. SetCurrent'),
  unit: z.enum(['A', 'mA']).default('A').describe('What the key counts: A or mA; default A'),
  minimum: z
    .number()
    .min(0)
    .max(80)
    .default(6)
    .describe('Smallest current the key takes, amperes; 0 where 0 pauses. Default 6'),
})
export type LimitKey = z.infer<typeof limitKeySchema>

export const limitKeyRange = ({ minimum }: LimitKey): { readonly minimumA: number } => ({ minimumA: minimum })

const phaseSwitchSchema = z.strictObject({
  settle: z
    .number()
    .int()
    .min(1)
    .max(120)
    .default(30)
    .describe('Seconds after which its contactors have moved; default 30'),
  spacing: z
    .number()
    .int()
    .min(0)
    .max(3600)
    .default(0)
    .describe('Shortest time between two switches that its document allows, seconds; default 0, none'),
})
/** What counts for one of 2.0.1 that says by itself that it can be switched. */
export const unsaidPhaseSwitch: z.infer<typeof phaseSwitchSchema> = { settle: 30, spacing: 0 }

export const ocppConnectionSchema = z.strictObject({
  identity,
  version: z
    .enum(['1.6', '2.0.1'])
    .optional()
    .describe('What is spoken; default: what the charger offers, 1.6 before 2.0.1'),
  connector: z.number().int().min(1).max(64).default(1).describe('Its connector (1.6) or EVSE (2.0.1); default 1'),
  unit: z
    .enum(['A', 'W'])
    .optional()
    .describe('A or W in its charging profiles; default: asked of the charger, and tried'),
  expiresAfter: z
    .number()
    .int()
    .min(15)
    .max(60)
    .default(60)
    .describe('A limit that is not written again drops to the fallback after so long, seconds; default 60'),
  pollEvery: z
    .number()
    .int()
    .min(1)
    .max(60)
    .default(2)
    .describe(
      'How often it is asked for its meter values and its limit, seconds; default 2. Slower than 2 s, control counts it at what it may draw',
    ),
  readBack: z
    .enum(['schedule', 'offered', 'none'])
    .default('schedule')
    .describe(
      'Where its limit is read back: its composite schedule, the current it offers in its meter values, or nowhere. Default schedule',
    ),
  limitKey: limitKeySchema
    .optional()
    .describe(
      'For a charger without smart charging that is limited by a configuration key: such a limit does not expire',
    ),
  phaseSwitch: phaseSwitchSchema
    .optional()
    .describe(
      'For a charger whose document says that numberPhases in a charging schedule switches it between one phase and three; one of 2.0.1 is asked by itself',
    ),
  access: secretSourceSchema.optional(),
})
export type OcppConnection = z.infer<typeof ocppConnectionSchema>

export const ocppServerSchema = z.strictObject({
  id: z
    .string()
    .regex(
      /^[a-z0-9][a-z0-9._-]{0,62}$/,
      'lower-case letters, digits, ".", "_" or "-", starting with a letter or digit',
    )
    .default('ocpp')
    .describe('Unique over the whole file; under it the server stands among the lines. Default ocpp'),
  name: z.string().min(1).max(80).optional(),
  host: z
    .string()
    .min(1)
    .default('0.0.0.0')
    .describe('Address to listen on; default 0.0.0.0, every network of this computer'),
  port: z.number().int().min(1).max(65535).describe('TCP port the chargers connect to; open it on purpose'),
  path: z
    .string()
    .regex(/^(?:\/[A-Za-z0-9._~-]+)*$/, 'empty, or parts such as /ocpp, without a slash at the end')
    .default('')
    .describe('What stands before the identity in the address, e.g. /ocpp; default nothing'),
  tls: z
    .strictObject({
      certificateFile: z.string().min(1).describe('Certificate chain, PEM; relative to this file'),
      keyFile: z.string().min(1).describe('Its private key, PEM; relative to this file'),
    })
    .optional()
    .describe('Only encrypted connections are taken, with this certificate; default: unencrypted'),
  stations: z
    .array(
      z.strictObject({
        identities: z.string().min(1).max(80).describe('An identity, or a pattern with *, e.g. CP-*'),
        access: secretSourceSchema,
      }),
    )
    .max(500)
    .default([])
    .describe('Passwords by identity; the first that fits counts, one at the charger counts before all'),
})
export type OcppServerSettings = z.infer<typeof ocppServerSchema>

/** Whether an identity is meant by a pattern in which * stands for any characters. */
export const isMeant = (pattern: string, name: string): boolean => {
  const parts = pattern.split('*')
  const [first = '', ...rest] = parts
  const last = rest.at(-1)
  if (last === undefined) return pattern === name
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) return false
  let from = first.length
  for (const part of rest.slice(0, -1)) {
    const at = name.indexOf(part, from)
    if (at < 0) return false
    from = at + part.length
  }
  return from <= name.length - last.length
}

/** Where the password of a charger is kept; null: it needs none. */
export const accessOf = (
  connection: Pick<OcppConnection, 'identity' | 'access'>,
  server: Pick<OcppServerSettings, 'stations'>,
): SecretSource | null =>
  connection.access ??
  server.stations.find(({ identities }) => isMeant(identities, connection.identity))?.access ??
  null

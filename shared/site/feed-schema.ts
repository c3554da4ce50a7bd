/** Data feeds in the site file (`feeds`): what other systems may read of this site. They only go out; nothing comes in by them. */
import { z } from 'zod'
import { secretSourceSchema } from './ocpp-connection.ts'

const id = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, 'lower-case letters, digits, ".", "_" or "-", starting with a letter or digit')
  .describe('Unique over the whole file; lower-case letters, digits, ".", "_", "-"')
const name = z.string().min(1).max(80).optional()
const port = z.number().int().min(1).max(65535)
const host = z
  .string()
  .min(1)
  .max(255)
  .default('127.0.0.1')
  .describe('Address to listen on; default 127.0.0.1, this computer alone. 0.0.0.0: every network of this computer')

export const feedSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('openmetrics'),
    id,
    name,
    host,
    port: port.describe('TCP port of the page /metrics, which Prometheus and others read'),
  }),
  z.strictObject({
    kind: z.literal('modbus-tcp'),
    id,
    name,
    host,
    port: port.describe('TCP port on which a building or energy management system reads registers; 502 needs rights'),
    unit: z.number().int().min(1).max(247).default(1).describe('Unit id it answers to; default 1'),
  }),
  z.strictObject({
    kind: z.literal('mqtt'),
    id,
    name,
    url: z
      .string()
      .max(300)
      .regex(/^mqtts?:\/\/[^\s/?#@]+\/?$/, 'mqtt://HOST:PORT, or mqtts://HOST:PORT where it is encrypted')
      .describe('The broker: mqtt://HOST:PORT, or mqtts://HOST:PORT where it is encrypted'),
    topic: z
      .string()
      .max(200)
      .regex(/^[^\s+#/]+(?:\/[^\s+#/]+)*$/, 'parts with / between them, without spaces, "+" and "#"')
      .optional()
      .describe('What stands before every topic; default tripscope/ and the id of the site'),
    every: z.number().int().min(1).max(3600).default(5).describe('How often values are sent, seconds; default 5'),
    user: z.string().min(1).max(200).optional().describe('Name the broker knows this program by'),
    password: secretSourceSchema.optional(),
    caFile: z
      .string()
      .min(1)
      .optional()
      .describe("The broker's certificate authority, PEM; relative to this file. Default: those of this computer"),
  }),
])
export type SiteFeed = z.infer<typeof feedSchema>
export type FeedOf<K extends SiteFeed['kind']> = Extract<SiteFeed, { kind: K }>

/** What stands before every topic of a feed. */
export const topicOf = (feed: FeedOf<'mqtt'>, siteId: string): string => feed.topic ?? `tripscope/${siteId}`

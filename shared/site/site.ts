import { z } from 'zod'
import { accountsSchema } from './accounts-schema.ts'
import { chargerQuantityKeys, phaseSchema } from '../model/image.ts'
import { phaseSwitchingField } from './phase-switching-schema.ts'
import { connectionKeys, connectionOf, connectionRules, unitSchema } from './charger-connection.ts'
import { isQuantityKey } from '../quantities.ts'
import { feedSchema } from './feed-schema.ts'
import { ocppServerSchema } from './ocpp-connection.ts'
import { amperes, breakerSchema } from './site-breaker.ts'
import {
  circuitControlFields,
  controlSchema,
  demandSchema,
  dimmingSchema,
  imbalanceSchema,
  tariffSchema,
} from './control-schema.ts'
import { waveFolderSchema } from './wave-folder.ts'
import { waveSourceSchema, type SiteWaveSource } from './wave-source.ts'

/**
 * The site file, version 1: what a person declares about the installation. Units are fixed: amperes, volts, seconds, watts.
 * Every list entry has an `id` that is unique over the whole file. Secrets have no place here.
 * Checks across entries (references, tree, fallback sums) are in check-site.ts; positions and remedies in read-site.ts.
 */

const id = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, 'lower-case letters, digits, ".", "_" or "-", starting with a letter or digit')
  .describe('Unique over the whole file; lower-case letters, digits, ".", "_", "-"')
const name = z.string().min(1).max(80)
const port = z.number().int().min(1).max(65535)
const somePhases = z.array(phaseSchema).min(1).max(3)

const networkLine = {
  id,
  name: name.optional(),
  host: z.string().min(1).describe('Host name or IP address'),
  port: port.describe('TCP port; Modbus TCP uses 502'),
  timeoutMs: z
    .number()
    .int()
    .min(50)
    .max(60_000)
    .optional()
    .describe(
      'Longest deadline of one request; shorter ones are learned from the device. Default from the profile, on a cellular link 5000',
    ),
  link: z
    .enum(['local', 'cellular'])
    .optional()
    .describe(
      'cellular: a mobile or satellite link, with longer deadlines, fewer attempts to connect and less keep-alive; default local',
    ),
  keepAliveS: z
    .number()
    .int()
    .min(0)
    .max(7200)
    .optional()
    .describe('An idle TCP connection is probed this often; 0: never. Default 10 s, on a cellular link 60 s'),
  dataPerMonthMB: z
    .number()
    .positive()
    .max(1_000_000)
    .optional()
    .describe('Megabytes this line may use in a month; a warning is given when it is on the way to more'),
}

/** EN 13757-2: 300 to 38400; nearly every meter leaves the factory with 2400. */
const mbusBaud = z.union([300, 600, 1200, 2400, 4800, 9600, 19200, 38400].map((rate) => z.literal(rate))).default(2400)
const framing = z
  .enum(['rtu', 'ascii'])
  .optional()
  .describe(
    'How frames look on the bus: rtu, or ascii where the devices are set to Modbus ASCII; one line has one framing. Default rtu',
  )

const mbusTimeout = z
  .number()
  .int()
  .min(50)
  .max(60_000)
  .optional()
  .describe(
    'Longest wait for the first byte of an answer; default: 330 bit times and 50 ms, and what the converter may add',
  )

export const lineSchema = z.discriminatedUnion('transport', [
  z.strictObject({
    transport: z.literal('tcp'),
    ...networkLine,
    pipeline: z
      .number()
      .int()
      .min(1)
      .max(8)
      .optional()
      .describe(
        'Requests sent ahead of the replies; only where the device or gateway bears it. Default 1: one after the other',
      ),
  }),
  z.strictObject({
    transport: z.literal('rtu-over-tcp'),
    ...networkLine,
    framing,
    quietMs: z.number().min(0).max(5000).optional().describe('Silence kept between frames on the far bus'),
  }),
  z.strictObject({
    transport: z.literal('serial'),
    id,
    name: name.optional(),
    path: z.string().min(1).describe('Serial port, e.g. /dev/ttyUSB0 or COM3'),
    baud: z.union([300, 600, 1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200].map((rate) => z.literal(rate))),
    parity: z.enum(['none', 'even', 'odd']).default('none'),
    stopBits: z.union([z.literal(1), z.literal(2)]).default(1),
    dataBits: z
      .union([z.literal(7), z.literal(8)])
      .optional()
      .describe('Data bits: 8, or 7 where a device on Modbus ASCII wants 7E1 or 7O1. Default 8'),
    framing,
    timeoutMs: z.number().int().min(50).max(60_000).optional(),
    quietMs: z
      .number()
      .min(0)
      .max(5000)
      .optional()
      .describe('Silence between frames beyond the standard 3.5 characters'),
    localEcho: z.boolean().default(false).describe('The adapter echoes what is sent'),
  }),
  // Echo needs no key here: a request never looks like an answer (its direction bit is set), so it is recognised by itself.
  z.strictObject({
    transport: z.literal('mbus-serial'),
    id,
    name: name.optional(),
    path: z.string().min(1).describe('Serial port of the M-Bus level converter, e.g. /dev/ttyUSB0 or COM3'),
    baud: mbusBaud,
    parity: z.enum(['none', 'even', 'odd']).default('even').describe('M-Bus is 8E1 (EN 13757-2)'),
    stopBits: z.union([z.literal(1), z.literal(2)]).default(1),
    timeoutMs: mbusTimeout,
  }),
  z.strictObject({
    transport: z.literal('mbus-tcp'),
    id,
    name: name.optional(),
    host: z.string().min(1).describe('Host name or IP address of the M-Bus converter'),
    port: port.describe('TCP port on which the converter passes bytes through; set in the converter'),
    baud: mbusBaud.describe('Speed of the M-Bus behind the converter, bits a second'),
    timeoutMs: mbusTimeout,
  }),
])

/** Exactly one of `primary` and `secondary`; the rest narrows a secondary address down (check-mbus.ts). */
export const mbusAddressSchema = z.strictObject({
  primary: z.number().int().min(0).max(250).optional().describe('Primary address, 1 to 250; 0 is the factory setting'),
  secondary: z
    .string()
    .regex(/^[0-9A-Ea-e]{8}$/, "the eight digits of the meter's identification number")
    .optional()
    .describe('Identification number, eight digits as printed on the meter, in quotes'),
  manufacturer: z
    .string()
    .regex(/^[A-Z]{3}$/, 'three capital letters')
    .optional()
    .describe('Manufacturer code of three letters, where numbers are not unique'),
  version: z.number().int().min(0).max(254).optional(),
  medium: z.number().int().min(0).max(254).optional().describe('Medium code; 2 is electricity'),
})

/** Usual periods, ms: an M-Bus meter is read once a minute, any other once a second. */
const periodOf = (isMbus: boolean): number => (isMbus ? 60_000 : 1000)

/** Of a meter itself, for active energy. What each allows is in shared/wiring/meter-error.ts. */
export const meterClasses = ['A', 'B', 'C', '1', '2', '0.5S', '0.2S'] as const

const meterFields = z.strictObject({
  id,
  name: name.optional(),
  profile: z.string().describe('A meter profile id from the catalogue'),
  line: z.string().describe('Id of the line it hangs on'),
  unit: unitSchema.default(1),
  mbus: mbusAddressSchema.optional().describe('Address of a meter on an M-Bus line, instead of unit'),
  sunspec: z
    .strictObject({
      model: z
        .number()
        .int()
        .min(201)
        .max(214)
        .optional()
        .describe('Number of the meter model to read, e.g. 203; default: any'),
      index: z
        .number()
        .int()
        .min(1)
        .max(64)
        .optional()
        .describe(
          "Which of these meter models in the device's chain, counted from its beginning; default 1, the first",
        ),
    })
    .optional()
    .describe('Which meter of a SunSpec device with several, for the profiles sunspec-meter and sunspec-meter-float'),
  class: z
    // As a person writes it: without quotes 1 and 2 are numbers.
    .literal([...meterClasses, 1, 2])
    .optional()
    .describe(
      "Accuracy class of active energy on the meter's own nameplate: A, B, C (EN 50470-3), 1, 2 (IEC 62053-21), 0.5S, 0.2S (IEC 62053-22)",
    ),
  currentTransformer: z
    .strictObject({
      primary: amperes,
      secondary: z.number().positive().max(100),
      /** meter: the ratio is set in the meter, values are used as read; app: the meter reports secondary values. */
      appliedIn: z.enum(['meter', 'app']).default('meter'),
      class: z.string().optional().describe('Accuracy class on the nameplate, e.g. 0.5S'),
      cable: z
        .strictObject({
          length: z.number().positive().max(1000).describe('From the transformers to the meter, one way, metres'),
          crossSection: z.number().positive().max(50).describe('Of one conductor, square millimetres'),
          meterBurden: z.number().min(0).max(100).default(0.5).describe("The meter's own burden per phase, VA"),
          ratedBurden: z.number().positive().max(200).optional().describe('On the nameplate of the transformers, VA'),
        })
        .optional()
        .describe('The secondary cable, so that its burden can be checked'),
    })
    .optional(),
  periodMs: z
    .number()
    .int()
    .min(100)
    .max(86_400_000)
    .optional()
    .describe(
      'Polling period of the fast quantities; default 1000, at most 60000; of an M-Bus meter default 60000, at least 10000',
    ),
  periods: z
    .record(
      z.string().refine(isQuantityKey, 'not a quantity of shared/quantities.ts'),
      z.number().int().min(100).max(3_600_000),
    )
    .optional()
    .describe(
      "Period of single quantities, ms, by the key the profile lists them under, instead of the profile's own cadence; 100 to 3600000",
    ),
  phases: somePhases.optional().describe('Site phase at the meter terminals 1, 2, 3; default L1, L2, L3'),
  reverse: z.boolean().default(false).describe('Mounted against the direction of import: power and energy are swapped'),
})
export const meterSchema = meterFields.transform(({ periodMs, ...meter }) => ({
  ...meter,
  periodMs: periodMs ?? periodOf(meter.mbus !== undefined),
}))

export const circuitSchema = z.strictObject({
  id,
  name: name.optional(),
  parent: z.string().optional().describe('Id of the circuit that feeds it; none for the one at the grid connection'),
  phases: somePhases.default(['L1', 'L2', 'L3']),
  breaker: breakerSchema.optional(),
  limit: amperes.optional().describe('Amperes per phase never to be exceeded; default: the breaker rating'),
  ...circuitControlFields,
  meter: z.string().optional().describe('Id of the meter that measures this circuit'),
  otherLoad: z
    .number()
    .min(0)
    .max(6300)
    .optional()
    .describe('Most that uncontrolled load can draw per phase, amperes; needed where no meter measures it'),
  generation: z
    .boolean()
    .default(false)
    .describe(
      'Something here feeds in, e.g. solar: only then is a current against the direction of import taken for export and not for load',
    ),
})

const chargerFields = z.strictObject({
  id,
  name: name.optional(),
  ...connectionKeys,
  circuit: z.string().describe('Id of the circuit that feeds it'),
  phases: somePhases
    .default(['L1', 'L2', 'L3'])
    .describe('Site phase at the charger terminals T1, T2, T3 in this order: the phase map with its rotation'),
  minimum: z.number().min(6).max(80).default(6).describe('Smallest charging current, amperes (IEC 61851-1: 6)'),
  maximum: z.number().min(6).max(500).describe('Largest current of this charger and its cable, amperes'),
  priority: z
    .number()
    .int()
    .min(0)
    .max(100)
    .default(50)
    .describe('Who is paused last when not all fit; higher stays longer'),
  fallback: z.number().min(0).max(500).default(0).describe('Current when the site cannot be seen; 0 pauses'),
  phaseSwitching: phaseSwitchingField,
  periods: z
    .partialRecord(z.enum(chargerQuantityKeys), z.number().int().min(100).max(3_600_000))
    .optional()
    .describe(
      "Period of single quantities, ms, by the key the profile lists them under, instead of the profile's own cadence; 100 to 3600000. The currents, on which control rests, at most 2500; the status is read with the fast ones",
    ),
})
/** Also of a group that has other faults; what is no group at all is told by the fields. */
const always = { when: () => true }
export const chargerSchema = connectionRules
  .reduce(
    (fields, { isKept, tell }) =>
      fields.refine((written) => typeof written !== 'object' || written === null || isKept(written), {
        ...tell,
        ...always,
      }),
    chargerFields,
  )
  // For editors; the rules above say it in sentences.
  .meta({ anyOf: [{ required: ['line', 'profile'] }, { required: ['modbus'] }, { required: ['ocpp'] }] })
  .transform(({ modbus, ocpp, line, unit, profile, ...charger }) => ({
    ...charger,
    ...connectionOf({ modbus, ocpp, line, unit, profile }),
  }))

/** Ten times the largest site the screen is made for; some checks compare every entry with every other. Editable assumption. */
const mostEntries = 2000
/** Each takes a few percent of a core and some ten megabytes (editable assumption). */
const mostWaveSources = 16

export const siteSchema = z.strictObject({
  version: z.literal(1),
  id,
  name,
  timezone: z.string().default('UTC').describe('IANA time zone for reports, e.g. Europe/Berlin'),
  grid: z.strictObject({
    nominalVoltage: z.number().min(90).max(400).default(230).describe('Declared voltage, line to neutral, volts'),
    frequency: z.union([z.literal(50), z.literal(60)]).default(50),
    limit: amperes.describe('Agreed current at the grid connection, amperes per phase'),
    maximumPower: z.number().positive().optional().describe('Agreed power at the grid connection, watts'),
    maximumApparentPower: z
      .number()
      .positive()
      .optional()
      .describe('Agreed apparent power at the grid connection, volt-amperes'),
    imbalance: imbalanceSchema
      .default('none')
      .describe(
        'Rule for the difference between phases: none, de (4.6 kVA), at (3.68 kVA), ch (16 A), or a limit of your own',
      ),
  }),
  lines: z.array(lineSchema).max(mostEntries),
  meters: z.array(meterSchema).max(mostEntries),
  circuits: z.array(circuitSchema).min(1).max(mostEntries),
  chargers: z.array(chargerSchema).max(mostEntries).default([]),
  waves: z.array(waveSourceSchema).max(mostWaveSources).default([]),
  waveFolders: z.array(waveFolderSchema).max(mostWaveSources).optional(),
  feeds: z.array(feedSchema).max(mostWaveSources).optional().describe('What other systems may read of this site'),
  ocpp: ocppServerSchema
    .optional()
    .describe('A port on which chargers over OCPP connect to this program; without it none is open'),
  control: controlSchema,
  demand: demandSchema.optional().describe('The demand that is billed, and its target'),
  tariff: tariffSchema.optional().describe('What energy costs, for the planner'),
  dimming: dimmingSchema.optional().describe('Dimming by the grid operator'),
  accounts: accountsSchema.optional(),
  alarms: z
    .strictObject({
      overvoltage: z.number().default(1.1).describe('Of the nominal voltage'),
      undervoltage: z.number().default(0.9),
      hysteresis: z.number().min(0).max(0.1).default(0.02),
      imbalance: z.number().min(1).default(20).describe('Largest difference between phase currents, amperes'),
      powerSpike: z.number().min(0.1).max(2).default(1).describe('Of the power at the grid limit'),
    })
    .prefault({}),
})

export type Site = z.infer<typeof siteSchema>
export type SiteLine = z.infer<typeof lineSchema>
export type MbusSiteLine = Extract<SiteLine, { transport: 'mbus-serial' | 'mbus-tcp' }>
export type ModbusSiteLine = Exclude<SiteLine, MbusSiteLine>
export type SiteMbusAddress = z.infer<typeof mbusAddressSchema>
export type SiteMeter = z.infer<typeof meterSchema>
export type SiteCircuit = z.infer<typeof circuitSchema>
export type SiteCharger = z.infer<typeof chargerSchema>
export type { SiteWaveSource }
export type SiteBreaker = z.infer<typeof breakerSchema>

export const isMbusLine = (line: SiteLine): line is MbusSiteLine =>
  line.transport === 'mbus-serial' || line.transport === 'mbus-tcp'

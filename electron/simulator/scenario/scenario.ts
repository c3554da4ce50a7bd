import { z } from 'zod'
import { phaseSchema } from '../../../shared/model/image.ts'
import { wiringFaultSchema } from '../physics/meter-wiring.ts'
import { isQuantityKey } from '../../../shared/quantities.ts'
import { mbusAddressSchema, siteSchema } from '../../../shared/site/site.ts'

/**
 * A scenario file: `site` is the site file the product will be given, with lines that say only how they are reached (host,
 * port and path are known when the simulator runs); `simulation` is what is really there. Amperes, volts, ohms, seconds.
 */

const range = z
  .tuple([z.number().min(0), z.number().min(0)])
  .refine(([from, to]) => from <= to, 'expected [from, to] with from <= to')
const id = z.string().min(1)

const scenarioLineSchema = z.strictObject({
  id,
  name: z.string().optional(),
  /** serial becomes rtu-over-tcp where the machine has no socat to make a serial port with. */
  transport: z.enum(['tcp', 'rtu-over-tcp', 'serial', 'mbus-tcp']),
  timeoutMs: z.number().int().min(50).max(60_000).optional(),
  /** Speed of the bus, also of the one behind an RTU-over-TCP gateway: replies take as long as their bytes would. */
  baud: z
    .union([300, 600, 1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200].map((rate) => z.literal(rate)))
    .default(19200),
})

/** A sampling front end; where it listens is known when the simulator runs. */
const scenarioWaveSchema = z.strictObject({
  id,
  name: z.string().optional(),
  circuit: z.string().optional(),
  meter: z.string().optional(),
})

/** The server chargers over OCPP connect to is the product's; its port is chosen when the simulator runs. */
const scenarioOcppSchema = z.strictObject({ id: z.string().default('ocpp'), name: z.string().optional() })

/** Feeds are the product's too, and so are their ports. */
const scenarioFeedSchema = z.strictObject({
  kind: z.enum(['openmetrics', 'modbus-tcp']),
  id,
  name: z.string().optional(),
})

const loadSchema = z.strictObject({
  id,
  circuit: id,
  amperes: z.partialRecord(phaseSchema, z.number().min(0)),
  powerFactor: z.number().min(0.1).max(1).default(0.95),
  daily: z.array(z.tuple([z.number().min(0).max(24), z.number().min(0).max(2)])).default([]),
  variation: z.number().min(0).max(1).default(0.05),
  cycle: z.strictObject({ onS: range, offS: range, inrush: z.number().min(1).max(10).default(1) }).optional(),
})

const circuitSchema = z.strictObject({
  /** Resistance and reactance of its cable per phase. */
  ohm: z.number().min(0).default(0.02),
  reactanceOhm: z.number().min(0).default(0.005),
  /** What a loose terminal or an undersized conductor adds per phase, ohms. */
  loose: z.partialRecord(phaseSchema, z.number().min(0).max(10)).default({}),
})
const meterSchema = z.strictObject({
  /** What it measures, for a meter that no circuit of the site names, such as a tenant's sub-meter. */
  circuit: id.optional(),
  energyKWh: z.number().min(0).default(0),
  /** above: tapped before the breaker, so it lives on when the breaker trips. */
  fed: z.enum(['above', 'below']).default('above'),
  accuracyPercent: z.number().min(0).max(5).default(0.2),
  turnaroundMs: z.number().min(0).max(2000).default(8),
  windowMs: z.number().min(50).max(10_000).optional(),
  /** What is wrong at its terminals, one after the other. */
  wiring: z.array(wiringFaultSchema).default([]),
  /** Its clock against this computer's, ms: zone and error together. */
  clockAheadMs: z.number().int().default(0),
  /** What registers say that have no physics here, by quantity: settings of a trip unit. */
  values: z.record(z.string(), z.number()).default({}),
  /** Quantities whose registers never change. */
  stuck: z.array(z.string().refine(isQuantityKey, 'not a quantity of shared/quantities.ts')).default([]),
})
/** A meter that is really there, but not in the site file the product is given: what a search is to find. */
const unlistedMeterSchema = meterSchema.extend({
  id,
  profile: z.string(),
  /** A line of the site, or one of `unlisted.lines`. */
  line: id,
  unit: z.number().int().min(0).max(255).default(1),
  /** On an M-Bus, instead of unit; with both addresses it has both. */
  mbus: mbusAddressSchema.optional(),
  /** The circuit it measures. */
  circuit: id,
})
const unlistedSchema = z.strictObject({
  /** Lines nobody told the product of: their ports are in the simulator's first line of output. */
  lines: z.array(scenarioLineSchema).default([]),
  meters: z.array(unlistedMeterSchema).default([]),
})
const chargerSchema = z.strictObject({
  /** What it offers while nobody has told it a limit; default its maximum. */
  defaultLimit: z.number().min(0).max(500).optional(),
  energyKWh: z.number().min(0).default(0),
  turnaroundMs: z.number().min(0).max(2000).default(12),
  /** Site phases its terminals are really wired to, where the site file says otherwise. */
  wiredTo: z.array(phaseSchema).min(1).max(3).optional(),
})
const trafficSchema = z.strictObject({
  kinds: z
    .array(
      z.strictObject({
        phases: z.union([z.literal(1), z.literal(3)]),
        maximum: z.number().min(6).max(80),
        share: z.number().positive(),
      }),
    )
    .min(1),
  emptyMin: range,
  stayMin: range,
  wantsKWh: range,
  takenAtStart: z.number().min(0).max(1).default(0.7),
})

export const scenarioSchema = z.strictObject({
  version: z.literal(1),
  name: z.string().min(1),
  site: siteSchema.extend({
    lines: z.array(scenarioLineSchema).min(1),
    waves: z.array(scenarioWaveSchema).default([]),
    ocpp: scenarioOcppSchema.optional(),
    feeds: z.array(scenarioFeedSchema).optional(),
  }),
  simulation: z.strictObject({
    seed: z.number().int().default(1),
    /** Time of day when it starts, hours. */
    startHour: z.number().min(0).max(24).default(9),
    grid: z
      .strictObject({
        voltage: z.number().default(232),
        ohm: z.number().min(0).default(0.02),
        reactanceOhm: z.number().min(0).default(0.02),
        noise: z.number().min(0).default(0.15),
        drift: z.number().min(0).default(0.8),
        frequencyWander: z.number().min(0).default(0.015),
      })
      .prefault({}),
    circuits: z.record(z.string(), circuitSchema).default({}),
    meters: z.record(z.string(), meterSchema).default({}),
    chargers: z.record(z.string(), chargerSchema).default({}),
    unlisted: unlistedSchema.prefault({}),
    loads: z.array(loadSchema).default([]),
    /** Cars that come and go at every charger; none: only those plugged in by command. */
    traffic: trafficSchema.optional(),
  }),
})
export type Scenario = z.infer<typeof scenarioSchema>
export const circuitDefaults = circuitSchema.parse({})
export type UnlistedMeter = z.infer<typeof unlistedMeterSchema>
export const meterDefaults = meterSchema.parse({})
export const chargerDefaults = chargerSchema.parse({})

/** Names under `simulation` that lead nowhere, with their place; the site's own are found by the site's checks. */
export const strayNames = ({
  site,
  simulation,
}: Scenario): { readonly path: readonly (string | number)[]; readonly message: string; readonly remedy: string }[] => {
  const missing = (
    list: readonly { readonly id: string }[],
    name: string,
    path: readonly (string | number)[],
    what: string,
  ) =>
    list.some(({ id: known }) => known === name)
      ? []
      : [
          {
            path,
            message: `there is no ${what} '${name}' in the site`,
            remedy: `there are: ${list.map(({ id: known }) => known).join(', ') || 'none'}`,
          },
        ]
  const { unlisted } = simulation
  const allLines = [...site.lines, ...unlisted.lines]
  const taken = (entry: { readonly id: string }, path: readonly (string | number)[]) =>
    [...allLines, ...site.meters, ...site.chargers, ...site.circuits, ...unlisted.meters].filter(
      ({ id: known }) => known === entry.id,
    ).length > 1
      ? [{ path, message: `the id '${entry.id}' is used twice`, remedy: 'give each its own' }]
      : []
  return [
    ...unlisted.lines.flatMap((line, index) => taken(line, ['simulation', 'unlisted', 'lines', index, 'id'])),
    ...unlisted.meters.flatMap((meter, index) => [
      ...taken(meter, ['simulation', 'unlisted', 'meters', index, 'id']),
      ...missing(allLines, meter.line, ['simulation', 'unlisted', 'meters', index, 'line'], 'line'),
      ...missing(site.circuits, meter.circuit, ['simulation', 'unlisted', 'meters', index, 'circuit'], 'circuit'),
    ]),
    ...simulation.loads.flatMap((load, index) =>
      missing(site.circuits, load.circuit, ['simulation', 'loads', index, 'circuit'], 'circuit'),
    ),
    ...Object.keys(simulation.circuits).flatMap((name) =>
      missing(site.circuits, name, ['simulation', 'circuits', name], 'circuit'),
    ),
    ...Object.keys(simulation.meters).flatMap((name) =>
      missing(site.meters, name, ['simulation', 'meters', name], 'meter'),
    ),
    ...Object.entries(simulation.meters).flatMap(([name, { circuit }]) =>
      circuit === undefined
        ? []
        : missing(site.circuits, circuit, ['simulation', 'meters', name, 'circuit'], 'circuit'),
    ),
    ...Object.keys(simulation.chargers).flatMap((name) =>
      missing(site.chargers, name, ['simulation', 'chargers', name], 'charger'),
    ),
  ]
}

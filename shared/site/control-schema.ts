import { z } from 'zod'
import { imbalanceRuleIds } from '../allocation/imbalance-rules.ts'
import { strategies } from '../allocation/strategies.ts'

/** What a person declares for load control, demand and tariff; the rest of the site file is in site.ts. */

export const strategySchema = z.enum(strategies)

export const rotationSchema = z
  .strictObject({
    wait: z
      .number()
      .min(60)
      .max(7200)
      .default(900)
      .describe(
        'Seconds a vehicle waits at most before it gets a turn, whatever the priorities; 10 min more for each that waited longer',
      ),
    on: z
      .number()
      .min(60)
      .max(3600)
      .default(300)
      .describe('Seconds of a turn: it is not paused before, if the limits allow'),
    off: z.number().min(60).max(3600).default(300).describe('Seconds the others are left alone between two turns'),
  })
  .prefault({})

export const imbalanceSchema = z.union([
  z.enum(imbalanceRuleIds),
  z.strictObject({ amperes: z.number().positive().max(500) }),
  z.strictObject({ voltAmperes: z.number().positive().max(1_000_000) }),
])

/** Amperes a circuit's thermal image may allow or forbid; off where it is left out. */
export const thermalLimitSchema = z.strictObject({
  ceiling: z
    .number()
    .positive()
    .max(6300)
    .describe('Most amperes a phase may carry for a while, however cool the breaker is; never exceeded'),
  use: z
    .number()
    .min(0.3)
    .max(0.95)
    .default(0.8)
    .describe('Share of the heat of the earliest trip that may be used for good'),
})

export const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'a time of day, e.g. 06:30')

export const demandSchema = z.strictObject({
  meter: z.string().optional().describe('Id of the meter that is billed; default: the one at the grid connection'),
  kind: z
    .enum(['block', 'sliding'])
    .default('block')
    .describe('block: aligned to the clock; sliding: moved on every sub-interval'),
  interval: z
    .union([z.literal(600), z.literal(900), z.literal(1800)])
    .default(900)
    .describe('Seconds of a demand interval'),
  subInterval: z.number().int().min(15).max(300).default(60).describe('Seconds a sliding interval moves on by'),
  target: z.number().positive().max(100_000_000).optional().describe('Mean power of an interval to stay below, watts'),
  charge: z.number().min(0).max(1000).optional().describe("Price of the month's highest demand, money per kW"),
  currency: z.string().min(1).max(5).default('EUR'),
})

export const tariffSchema = z.strictObject({
  price: z.number().min(-10).max(10).describe('Price of energy when no other says otherwise, money per kWh'),
  periods: z
    .array(
      z.strictObject({
        from: clockTime,
        to: clockTime,
        days: z.enum(['all', 'weekdays', 'weekend']).default('all'),
        price: z.number().min(-10).max(10),
      }),
    )
    .max(48)
    .default([])
    .describe('Time of use: prices by the clock of the site'),
  feedIn: z
    .number()
    .min(-10)
    .max(10)
    .default(0)
    .describe('What fed-in energy earns, money per kWh: what own surplus costs'),
})

/** Dimming by the grid operator (Germany, section 14a EnWG): the figures follow from the number of chargers. */
export const dimmingSchema = z.strictObject({
  rule: z.enum(['section-14a']).default('section-14a'),
  input: z
    .strictObject({
      meter: z.string().describe('Id of the meter whose digital input tells'),
      quantity: z.string().default('di_1').describe('Its quantity; above 0.5 is dimmed'),
    })
    .optional()
    .describe('A digital input that says when'),
  file: z
    .strictObject({
      path: z.string().min(1).max(4096).describe('From the folder of the site file; CSV or JSON of times and kW'),
      validity: z
        .number()
        .int()
        .min(30)
        .max(604_800)
        .default(3600)
        .describe('Seconds an entry holds from its time on, unless another follows'),
      stale: z
        .enum(['dimmed', 'released'])
        .default('dimmed')
        .describe('What holds when no entry is valid: dimmed by the rule, or not dimmed'),
    })
    .optional()
    .describe('A file in which the allowed power is written, by a box or a program of the grid operator'),
})

export const controlSchema = z
  .strictObject({
    meterTimeout: z
      .number()
      .min(1)
      .max(5)
      .default(4)
      .describe('A meter silent for longer leads to the fallback, seconds'),
    margin: z.number().min(0.5).max(1).default(0.95).describe('Share of each limit the controller uses'),
    increaseDelay: z
      .number()
      .min(0)
      .max(600)
      .default(10)
      .describe('Seconds the room must last before a limit is raised'),
    increaseStep: z.number().min(1).max(80).default(4).describe('Most amperes a limit rises in one step'),
    resumeDelay: z
      .number()
      .min(0)
      .max(3600)
      .default(60)
      .describe('Seconds a paused charger waits for room before it resumes'),
    strategy: strategySchema.default('equal').describe('How chargers share what is left above their minimum'),
    rotation: rotationSchema,
    ahead: z
      .enum(['off', 'slope', 'slope-and-starts'])
      .default('off')
      .describe('Room is kept for loads about to come: a current that rises, and starts that come again and again'),
  })
  .prefault({})

/** Of a circuit, beside its limit. */
export const circuitControlFields = {
  cable: z
    .number()
    .positive()
    .max(6300)
    .optional()
    .describe('Current-carrying capacity of its cable as it is laid, amperes'),
  maximumPower: z.number().positive().optional().describe('Most power below this circuit, watts'),
  maximumApparentPower: z
    .number()
    .positive()
    .optional()
    .describe('Most apparent power below this circuit, volt-amperes'),
  strategy: strategySchema
    .optional()
    .describe('How the chargers below share; default: as the circuit above, or control.strategy'),
  thermalLimit: thermalLimitSchema
    .optional()
    .describe(
      "Let the breaker's thermal image allow a short excess, or forbid a long load just below the rating; default: off",
    ),
}

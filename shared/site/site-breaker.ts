import { z } from 'zod'

export const amperes = z.number().positive().max(6300)

/** [multiple of the rating, seconds from cold]; or the same as CSV text. What they must be: shared/electrical/breaker/curve-points.ts. */
const curvePoints = z.union([
  z.array(z.tuple([z.number(), z.number()])).max(500),
  z.string().max(20_000).describe('CSV text, one point a line: current, seconds'),
])
const milliamperes = z.number().min(5).max(30_000)

export const breakerSchema = z.strictObject({
  standard: z.enum(['IEC 60898-1', 'IEC 60947-2', 'IEC 60269 gG', 'UL 489']),
  curve: z.enum(['B', 'C', 'D', 'K', 'Z', 'gG', 'thermal-magnetic', 'electronic']),
  rating: amperes.describe('Rated current In, amperes'),
  ambient: z.number().min(-30).max(80).optional().describe('Air temperature around the breaker, degrees Celsius'),
  groupedWith: z.number().int().min(0).max(40).optional().describe('How many loaded breakers sit beside it'),
  factor: z
    .number()
    .min(0.3)
    .max(1.5)
    .optional()
    .describe("A further factor on what it carries, e.g. the assembly maker's rated diversity factor; default 1"),
  poles: z
    .number()
    .int()
    .min(1)
    .max(4)
    .optional()
    .describe('Poles of the breaker; one pole loaded alone trips later than all together (IEC 60898-1)'),
  instantaneous: z
    .number()
    .min(1)
    .max(30)
    .optional()
    .describe('Setting of the magnetic part, multiple of the rating; default by the letter, else 10'),
  points: z
    .union([
      z
        .string()
        .max(20_000)
        .describe('CSV text, one point a line: multiple of the rating, earliest seconds, latest seconds'),
      z.strictObject({ early: curvePoints.optional(), late: curvePoints.optional() }),
    ])
    .optional()
    .describe(
      "Points of the maker's time-current curves from cold, by rising current; they replace the standard's band",
    ),
  tripUnit: z
    .strictObject({
      ir: amperes.describe('Long-time pickup Ir, amperes'),
      tr: z.number().positive().max(600).describe('Long-time delay tr, seconds'),
      trAt: z.number().min(1.5).max(10).default(6).describe('Multiple of Ir at which tr counts; 6, on some makes 3'),
      isd: z.number().min(1).max(20).optional().describe('Short-time pickup, multiple of Ir'),
      tsd: z.number().min(0).max(2).optional().describe('Short-time delay, seconds'),
      isdI2t: z.boolean().default(false).describe('Short time with I2t on'),
      ii: z.number().min(1).max(30).optional().describe('Instantaneous pickup, multiple of the rating'),
      ig: amperes.optional().describe('Ground-fault pickup, amperes'),
      tg: z.number().min(0).max(5).optional().describe('Ground-fault delay, seconds'),
      igI2t: z.boolean().default(false).describe('Ground fault with I2t on'),
      memory: z.boolean().default(true).describe('Thermal memory on'),
    })
    .optional()
    .describe('Settings of an electronic trip unit'),
  rcd: z
    .strictObject({
      type: z.enum(['AC', 'A', 'F', 'B']),
      rating: milliamperes.describe('Rated residual current, milliamperes'),
      delay: z.enum(['general', 'S']).default('general').describe('S: selective, delayed'),
      rdcDd: z.boolean().default(false).describe('Its chargers detect 6 mA of smooth direct current (IEC 62955)'),
    })
    .optional()
    .describe('Residual current device of this circuit'),
  penFault: z.boolean().optional().describe('A device that opens when the PEN conductor is lost'),
})

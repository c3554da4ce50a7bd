import { z } from 'zod'
import { usedNumberSchema } from './finding.ts'

/**
 * Why values of a meter are not believed although they arrived well:
 * probe (the quantity that recognises the model can't be true: word order, offset or model), frozen (everything live repeats to the
 * last bit), frozen-partly (these repeat while others move), not-following (chargers below moved and these did not),
 * dead-input (no voltage here while chargers below charge), below-chargers (less current than the chargers it feeds draw), jumping (it
 * falls below that and comes back, time after time, while they draw the same),
 * power-without-current, current-without-power, apparent-below-active, line-voltage, total-power (electrical checks on one meter's
 * own image, shared/electrical/meter-checks.ts), hidden-overload (an export that grew with the chargers or hid
 * an overload: counted as load), not-judged (the part of the program that judges it failed: nothing may pass unjudged).
 */
export const doubtKinds = [
  'probe',
  'frozen',
  'frozen-partly',
  'not-following',
  'dead-input',
  'below-chargers',
  'jumping',
  'power-without-current',
  'current-without-power',
  'apparent-below-active',
  'line-voltage',
  'total-power',
  'hidden-overload',
  'not-judged',
] as const
export type DoubtKind = (typeof doubtKinds)[number]

/** One reason, with the quantities it takes away: they are `implausible` wherever the meter is read from then on. */
export const doubtSchema = z.object({
  kind: z.enum(doubtKinds),
  /** Quantity keys not believed; `*` for all of the meter's; none where the value stands but its direction does not. */
  keys: z.array(z.string()),
  /** Site phases it was seen on, e.g. "L2"; null where it concerns the whole meter. */
  phase: z.string().nullable(),
  sinceMs: z.number(),
  /** The numbers that contradict each other. */
  numbers: z.array(usedNumberSchema),
  /** What a person may try, where more is known than the kind tells: a setting that the probe confirms, what the model register says. */
  hint: z.string().nullable(),
})
export type Doubt = Readonly<z.infer<typeof doubtSchema>>

/** All quantities of a meter. */
export const everyKey = '*'

export const takesAway = ({ keys }: Pick<Doubt, 'keys'>, key: string): boolean =>
  keys.includes(everyKey) || keys.includes(key)

/** Whether a quantity of a meter is not believed. */
export const isDoubted = (doubts: readonly Doubt[] | undefined, key: string): boolean =>
  doubts?.some((doubt) => takesAway(doubt, key)) ?? false

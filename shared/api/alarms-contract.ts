import { z } from 'zod'
import { changedRuleSchema, changedRulesSchema } from '../alarms/alarm-rules.ts'
import { longestShelfS, shortestShelfS } from '../alarms/shelf.ts'
import { findingSchema } from '../model/finding.ts'
import { command, query } from './define.ts'
import { personSchema as who, reasonSchema as reason } from './person-words.ts'

const rulesSchema = z.object({
  /** By detector: what persons have changed. */
  changed: changedRulesSchema,
  /** What the site file declares: its `alarms`. */
  declared: z.record(z.string(), z.number()),
  /** Rules that could not be read when the program began, and why; null: all were. */
  problem: z.string().nullable(),
})
export type AlarmRules = z.infer<typeof rulesSchema>

/** What a person may do with the telling of alarms (ISA-18.2: set, shelve). */
export const alarmsContract = {
  'alarms.rules': query(z.strictObject({}), rulesSchema),
  /** `change`: all of what shall differ from the site file and the defaults; null: nothing. */
  'alarms.setRule': command(
    z.strictObject({
      intentId: z.uuid(),
      detector: z.string(),
      change: changedRuleSchema.omit({ by: true }).nullable(),
      who,
      reason,
    }),
    rulesSchema,
  ),
  /** Puts an alarm aside for a bounded time; it is still found and kept. */
  'alarms.shelve': command(
    z.strictObject({
      intentId: z.uuid(),
      findingId: z.string(),
      forS: z.number().int().min(shortestShelfS).max(longestShelfS),
      who,
      reason,
    }),
    findingSchema,
  ),
  'alarms.unshelve': command(z.strictObject({ intentId: z.uuid(), findingId: z.string(), who, reason }), findingSchema),
} as const

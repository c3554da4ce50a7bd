import { z } from 'zod'
import { eventSchema } from '../model/event.ts'
import { query, stream } from './define.ts'
import { lastRowsOf } from './time-range.ts'

/** What happened, as it happens and afterwards. */
export const eventsContract = {
  /** New rows of the history as they happen, newest last; first the last `backlog` rows. */
  events: stream(
    'every',
    z.strictObject({ backlog: z.number().int().min(0).max(1000) }),
    z.object({ reset: z.boolean(), rows: z.array(eventSchema) }),
  ),
  /**
   * The newest rows of the range, oldest first. Beside `limit` an answer ends at some megabytes: for all of a long range ask again for what lies
   * before the first row until nothing more comes.
   */
  'events.read': query(lastRowsOf, z.array(eventSchema)),
} as const

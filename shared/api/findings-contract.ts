import { z } from 'zod'
import { findingSchema } from '../model/finding.ts'
import { command } from './define.ts'
import { noteSchema, personSchema } from './person-words.ts'

export const findingsContract = {
  'finding.acknowledge': command(
    z.strictObject({ intentId: z.uuid(), findingId: z.string(), who: personSchema, note: noteSchema }),
    findingSchema,
  ),
} as const

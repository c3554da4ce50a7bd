import { z } from 'zod'
import { phaseSchema } from '../../../shared/model/image.ts'

/** "L1,L3", or a list of them. */
export const phaseList = z
  .string()
  .transform((text) => text.split(','))
  .pipe(z.array(phaseSchema).min(1))
  .or(z.array(phaseSchema).min(1))

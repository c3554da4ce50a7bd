import { z } from 'zod'
import { boundSchema } from './bound.ts'
import { phaseSchema } from './image.ts'

/** Seconds until the earliest breaker of the declared model would trip, if this current stayed; null: it never would. */
const tripSchema = z.object({ earlyS: z.number().nullable() }).nullable()

/** One phase of one circuit above what an override concerns; amperes, as planned: a vehicle may take less than it is given. */
export const previewPlaceSchema = z.object({
  circuitId: z.string(),
  phase: phaseSchema,
  limitA: z.number(),
  /** Other load and what chargers are given, without it and with it; null where the other load is not known. */
  nowA: z.number().nullable(),
  thenA: z.number().nullable(),
  /** The same if every charger concerned drew the whole limit, whatever the hard limits say. */
  askedA: z.number().nullable(),
  /** Thermal margin used now, percent of the earliest trip; null: no thermal image. */
  usedPercent: z.number().nullable(),
  /** Each null where there is no thermal image, or the current is not known. */
  thenTrip: tripSchema,
  askedTrip: tripSchema,
})
export type PreviewPlace = Readonly<z.infer<typeof previewPlaceSchema>>

/** What an override would come to now: a look, nothing is changed. Raises take their time as always. */
export const overridePreviewSchema = z.object({
  /** Why it would not be accepted; null: it would be. */
  refused: z.string().nullable(),
  /** The most the hard limits leave a charger concerned now, A, and what sets it; null of a circuit, or with none concerned. */
  ceilingA: z.number().nullable(),
  ceilingBound: boundSchema.nullable(),
  /** Chargers whose share it changes, and those it concerns. */
  chargers: z.array(
    z.object({
      chargerId: z.string(),
      isConcerned: z.boolean(),
      nowA: z.number(),
      thenA: z.number(),
      bound: boundSchema.nullable(),
      /** A lower limit of another person that would hold there instead. */
      heldBy: z.string().nullable(),
    }),
  ),
  /** Every circuit above, from the nearest to the grid connection. */
  places: z.array(previewPlaceSchema),
})
export type OverridePreview = Readonly<z.infer<typeof overridePreviewSchema>>

import { z } from 'zod'
import { energyIntervalsSchema } from '../energy-report/intervals-schema.ts'
import { energyGroupings, energyReportSchema } from '../energy-report/report-schema.ts'
import { query } from './define.ts'
import { timeRange } from './time-range.ts'

/** Energy by account, meter, charger and part of the day. */
export const energyContract = {
  /**
   * A window of at most `mostReportDays` days, widened to whole quarters of an hour; what of it is still to come is left out. One report is
   * made at a time. Refused where it would read more rows than a program that controls may.
   */
  'energy.report': query(timeRange.extend({ grouping: z.enum(energyGroupings) }), energyReportSchema),
  /** The quarters of an hour behind it, of at most `mostIntervalDays`; "period" answers as "account". Refused as a report is. */
  'energy.intervals': query(timeRange.extend({ grouping: z.enum(energyGroupings) }), energyIntervalsSchema),
} as const

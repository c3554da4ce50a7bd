import type { MeterEventData } from '../../../shared/meter-records/meter-event.ts'
import type { MeterProfile } from '../../../shared/profile/meter-profile.ts'
import type { CaptureSummary } from '../../../shared/wave/wave-observation.ts'
import type { CaptureBook } from './capture-book.ts'
import type { MeterFacts } from './meter-facts.ts'
import type { MeterWay } from './meter-way.ts'

export interface DeskPorts {
  readonly meterId: string
  readonly name: string
  readonly profile: MeterProfile
  readonly way: MeterWay
  readonly facts: MeterFacts
  readonly book: CaptureBook
  readonly nominalV: number
  readonly nominalHz: number
  readonly now: () => number
  /** A second program on this site reads what changes nothing at the meter, and takes no records. */
  readonly mayTake: boolean
  readonly onEvent: (data: MeterEventData) => void
  readonly onCapture: (summary: CaptureSummary) => void
}

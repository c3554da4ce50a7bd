import type { MeterProfile } from '../../../shared/profile/meter-profile.ts'
import { refusalText, type RefusalFacts } from '../../../shared/said/refusal.ts'
import type { Site } from '../../../shared/site/site.ts'
import type { Field } from '../field/field.ts'
import type { AskGuard } from '../may-ask.ts'
import type { Clock } from '../ports.ts'
import type { ExchangeOutcome, OpenLine } from '../lines/modbus-line.ts'

export interface ReadRequest {
  readonly unit: number
  readonly functionCode: 3 | 4
  readonly address: number
  readonly count: number
}

/** The charger that must not be asked now, and whether by this unit or at its address. */
export type LeftAlone = RefusalFacts['left-alone']

/** Where the explorer reads. `ask` never rejects; `leftAlone` is looked at before every request, because a charger may be left alone meanwhile. */
export interface ExploreLine {
  readonly where: string
  readonly notes: readonly string[]
  leftAlone(unit: number): LeftAlone | null
  ask(request: ReadRequest): Promise<ExchangeOutcome>
  release(): void
}

export interface ExploreLineParts {
  readonly site: Site
  readonly meterProfiles: ReadonlyMap<string, MeterProfile>
  readonly acquisition: Pick<Field, 'background'>
  readonly openLine: OpenLine
  readonly clock: Clock
  readonly guard: Pick<AskGuard, 'heldBackBy'>
}

/** Asks unless a charger must be left alone by now: then its words. */
export const guarded =
  (line: ExploreLine) =>
  async (request: ReadRequest): Promise<ExchangeOutcome | string> => {
    const held = line.leftAlone(request.unit)
    return held === null ? line.ask(request) : refusalText('left-alone', held)
  }

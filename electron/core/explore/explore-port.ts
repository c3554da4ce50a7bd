import type { MeterProfile } from '../../../shared/profile/meter-profile.ts'
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

/** Where the explorer reads. `ask` never rejects; `refusal` is asked before every request, because a charger may fall silent on purpose meanwhile. */
export interface ExploreLine {
  readonly where: string
  readonly notes: readonly string[]
  refusal(unit: number): string | null
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
  async (request: ReadRequest): Promise<ExchangeOutcome | string> =>
    line.refusal(request.unit) ?? line.ask(request)

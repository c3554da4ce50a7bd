import type { AuditRow } from '../../../shared/model/event.ts'
import type { Image } from '../../../shared/model/image.ts'
import type { DemandState } from '../../../shared/planning/demand-state.ts'
import type { Want } from '../../../shared/planning/wants.ts'
import type { Site } from '../../../shared/site/site.ts'
import type { Log, Stop } from '../ports.ts'
import type { Recorder } from '../record/recorder.ts'
import type { ReadDimmingText } from './dimming-watch.ts'

export interface DemandParts {
  readonly site: Site
  readonly log: Log
  readonly recorder: Pick<Recorder, 'intervals'>
  readonly audit: (row: Omit<AuditRow, 'seq' | 'hash'>) => Promise<unknown>
  readonly state: () => DemandState
  readonly want: (input: { readonly want: Want; readonly who: string }) => Promise<DemandState>
  readonly images: (listener: (image: Image) => void) => Stop
  readonly now: () => number
  /** The file of the grid operator, where the site file names one and this host can read it. */
  readonly readDimming?: ReadDimmingText
  /** What a core leaves to the one after it (prices of a file). */
  readonly kept?: Map<string, unknown> | undefined
}

import type { Live } from '../../../shared/api/live-contract.ts'
import type { Overview } from '../../../shared/api/site-contract.ts'
import type { Health } from '../../../shared/model/health.ts'
import type { DrawPdf } from '../acceptance/protocol.ts'
import type { Archive, Signer } from '../archive-port.ts'
import type { Recorder, TimeRange } from '../record/recorder.ts'
import type { LazyFile } from './lazy-file.ts'

/** What a snapshot is made of. */
export interface SnapshotParts {
  readonly recorder: Recorder
  readonly archive: Archive
  readonly overview: Overview
  readonly health: Health
  readonly live: Live
  readonly range: TimeRange
  readonly who: string
  readonly note: string
  /** The site file as it was read; secrets are taken out here. */
  readonly siteText: string
  /** Comments of the site file stay in it, as far as no secret seems to be in them. */
  readonly keepComments?: boolean
  readonly nowMs: number
  readonly readingsBudget?: number
  /** More files, e.g. the frames of each line in the range. */
  readonly more?: readonly LazyFile[]
  /** What views need beside record and tables; what can't be read of it is remarked. */
  readonly views?: (remarks: string[]) => AsyncIterable<LazyFile>
  /** Lines and devices over the range, one picture a line. */
  readonly healthLines?: readonly string[]
  /** Missing: the file says that nobody signed it. */
  readonly signer?: Signer
  /** Missing: the report is a page only. */
  readonly drawPdf?: DrawPdf
  /** Names were taken out of all text: the audit's chain does not fit its rows any more. */
  readonly isAnonymous?: boolean
  /** Takes names out of a text, where they are wanted out. */
  readonly withoutNames?: (text: string) => string
  /** What was known before that the reader should know. */
  readonly remarks?: readonly string[]
}

import type { Health } from '../../../shared/model/health.ts'
import type { QualityRecord } from '../../../shared/power-quality/quality-record.ts'
import type { Archive } from '../archive-port.ts'
import type { Clock, Log, NewId } from '../ports.ts'
import type { Recorder } from '../record/recorder.ts'
import type { KeyframeShelf } from './keyframes.ts'
import type { TapeIndex } from './tape-index.ts'
import type { TapeText } from './tape-text.ts'
import type { KeptViews } from './views/kept-views.ts'

export interface DeckPorts {
  readonly deckId: string
  readonly name: string
  readonly text: TapeText
  readonly index: TapeIndex
  /** The history of the recording: a store of its own, filled by whoever opened it. */
  readonly recorder: Recorder
  /** Of lines and devices as they were kept, oldest first. */
  readonly healths: readonly Health[]
  /** What its file holds for views beside record and history. */
  readonly views: KeptViews
  readonly quality: readonly QualityRecord[]
  readonly keyframes: KeyframeShelf
  readonly newId: NewId
  readonly archive: Pick<Archive, 'hash'>
  readonly clock: Clock
  readonly log: Log
}

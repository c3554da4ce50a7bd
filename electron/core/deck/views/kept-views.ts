import type { TapeEntry as LineEntry } from '../../../../shared/bus/tape-entry.ts'
import type { Incident } from '../../../../shared/forensics/incident.ts'
import type { KeptAnswer } from '../../report/views/kept-answers.ts'

/** What a recording holds for views beside its record and its tables; a file that is older, or a plain record, holds none of it. */
export interface KeptViews {
  readonly answers: readonly KeptAnswer[]
  /** Null: the file has no list of incidents; they are judged from the record. */
  readonly incidents: readonly Incident[] | null
  /** By line, oldest first. */
  readonly lines: ReadonlyMap<string, readonly LineEntry[]>
  readonly photo: (incidentId: string, photoId: string) => Promise<Uint8Array | null>
  /** In the bytes of assets/waves/README.md. */
  readonly capture: (sourceId: string, captureId: string) => Promise<Uint8Array | null>
}

export const noKeptViews: KeptViews = {
  answers: [],
  incidents: null,
  lines: new Map(),
  photo: () => Promise.resolve(null),
  capture: () => Promise.resolve(null),
}

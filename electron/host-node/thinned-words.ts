import type { DeckNote } from '../../shared/api/deck-contract.ts'
import { thinnedStepMs } from '../core/deck/thinned.ts'
import type { TapeIndex } from '../core/deck/tape-index.ts'
import { isoTime } from './monitor-records.ts'

/** What a person must know of a recording that was made, or begins, with stored seconds. */
export const thinnedNotes = ({ wholeness, head, fromMs, toMs }: TapeIndex): readonly DeckNote[] => {
  if (wholeness.kind === 'whole') return []
  const endMs = wholeness.kind === 'from' ? wholeness.segment.fromMs : toMs
  const stepS = thinnedStepMs({ fromMs, toMs: endMs }, head.site.meters.length) / 1000
  const what = wholeness.kind === 'from' ? `Up to ${isoTime(endMs)} it is thinned` : 'It is thinned'
  return [
    {
      tone: 'warning',
      part: 'record',
      text: `${what}: the record of every turn is not kept so long. What is played is the stored mean of each meter every ${stepS === 1 ? 'second' : `${String(stepS)} s`}; extremes are in History. Chargers, limits and orders of that time are not played, findings are judged anew from the means, and the replay law does not hold for it. Events, decisions, writes and incidents are as they were recorded.`,
    },
  ]
}

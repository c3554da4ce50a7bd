import type { eventsContract } from '../../../shared/api/events-contract.ts'
import type { Journal } from '../journal.ts'
import type { Part } from '../part.ts'
import type { Recorder } from '../record/recorder.ts'
import { checkedRange } from './checked-range.ts'

/** What happened, as it happens and from the record. */
export const createEventsPart = (ports: {
  readonly journal: Pick<Journal, 'recent' | 'listen'>
  readonly recorder: Pick<Recorder, 'events'>
}): Part<typeof eventsContract> => ({
  name: 'the list of events',
  handlers: {
    events: (input, push) => {
      push({ reset: true, rows: [...ports.journal.recent(input.backlog)] })
      return ports.journal.listen((row) => push({ reset: false, rows: [row] }))
    },
    'events.read': async (input) => [...(await ports.recorder.events(checkedRange(input), input.limit))],
  },
})

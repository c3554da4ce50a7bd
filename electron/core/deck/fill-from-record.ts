import type { SiteEvent } from '../../../shared/model/event.ts'
import { eventColumns } from '../../../shared/said/event.ts'
import type { Journal } from '../journal.ts'
import type { Clock, Log } from '../ports.ts'
import type { Recorder } from '../record/recorder.ts'
import { createRecord } from '../record/record.ts'
import type { ReplayOutputs } from '../record/tape/replay.ts'
import type { TapeHead } from '../record/tape/tape-head.ts'
import type { Witness } from '../record/tape/witness.ts'
import { tellFinding } from '../tell-finding.ts'

/** More are not kept of one record: a recording of weeks has its newest. */
const mostEvents = 20_000

/**
 * Makes the history of a record that has none with it, from what came of its turns: readings and intervals as the site kept them, and
 * what was found, decided and written. Connections of lines and the like were never in a record.
 */
export const createFilling = (parts: {
  readonly head: TapeHead
  readonly recorder: Recorder
  readonly clock: Clock
  readonly log: Log
}) => {
  const { head, recorder, clock, log } = parts
  const record = createRecord({ site: head.site, recorder, clock, log })
  const events: SiteEvent[] = []
  const failed = (error: unknown): void => log.error('a row of a recording could not be kept', { error: String(error) })

  const outputs = (atMs: () => number): ReplayOutputs => {
    const write: Journal['write'] = (kind, severity, subject, facts) => {
      const event: SiteEvent = {
        id: `recorded-${String(events.length + 1)}`,
        atMs: atMs(),
        ...{ severity, subject, ...eventColumns(kind, facts) },
      }
      if (events.length < mostEvents) events.push(event)
      return event
    }
    const witness = ({ kind, value }: Witness): void => {
      if (kind === 'finding') tellFinding({ write }, value)
      if (kind === 'decision') recorder.appendDecision(value).catch(failed)
      if (kind === 'write') recorder.appendWrite(value).catch(failed)
    }
    return {
      samples: (meterId, samples, utcMs) => record.observe(meterId, samples, utcMs),
      image: record.step,
      event: write,
      witness,
    }
  }
  return {
    outputs,
    /** All is in the store now. Answers the events. */
    finish: async (): Promise<readonly SiteEvent[]> => {
      await record.close()
      await recorder.appendEvents(events).catch(failed)
      return events
    },
  }
}

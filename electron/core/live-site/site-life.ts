import type { Beat } from '../beat.ts'
import type { Field } from '../field/field.ts'
import type { LastSession } from '../last-session.ts'
import { journalLine } from '../line-journal.ts'
import type { SiteRunner } from '../site/site-runner.ts'
import { clearedUnacknowledged } from '../unacknowledged.ts'
import type { Ground } from './ground.ts'
import type { WorldWatch } from './world-watch.ts'

/** How a site begins and ends, in the order of its methods; the parts that answer screens begin behind it and end in the middle. */
export interface SiteLife {
  readonly begin: () => void
  /** No more beats; where control is armed, chargers to their fallback. */
  readonly endControl: (why: string) => Promise<void>
  /** Nothing is asked or recorded any more; the lines are closed. */
  readonly close: (why: string) => Promise<void>
}

export const createSiteLife = (
  { site, clock, recorder, journal, lines, record, stored }: Ground,
  run: {
    readonly field: Pick<Field, 'start' | 'stop'>
    readonly runner: SiteRunner
    readonly beat: Beat
    readonly lastSession: LastSession
    readonly world: WorldWatch
  },
): SiteLife => {
  const { field, runner, beat, lastSession, world } = run
  const subject = { kind: 'site', id: site.id } as const
  const restoreFindings = async (): Promise<void> => {
    const cleared = await clearedUnacknowledged(recorder, clock.nowMs())
    runner.feed({ kind: 'restored', findings: [...cleared] })
  }
  return {
    begin: () => {
      const counted = { meters: site.meters.length, chargers: site.chargers.length }
      journal.write('started', 'info', subject, { site: site.name, ...counted })
      for (const line of lines.all) journalLine(line, journal)
      lastSession.start()
      stored('what an earlier run left unacknowledged', restoreFindings())
      field.start()
      world.begin()
      beat.start()
    },
    endControl: async (why) => {
      beat.stop()
      lastSession.stop()
      await runner.intend('shutdown', { reason: why })
    },
    close: async (why) => {
      await field.stop()
      runner.stop()
      await record.close()
      journal.write('stopped', 'info', subject, { why })
      await Promise.all(lines.all.map((line) => line.close()))
    },
  }
}

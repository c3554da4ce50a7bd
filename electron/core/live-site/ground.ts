import type { Overview } from '../../../shared/api/site-contract.ts'
import { siteAbilities } from '../../../shared/charger/abilities-of.ts'
import type { ChargerAbilities } from '../../../shared/charger/abilities.ts'
import type { Site } from '../../../shared/site/site.ts'
import { describeSite } from '../api/describe-site.ts'
import type { CorePorts } from '../core-ports.ts'
import { createJournal, type Journal } from '../journal.ts'
import { createPartWatch, type PartWatch } from '../part-watch.ts'
import type { Clock, Log } from '../ports.ts'
import type { Recorder } from '../record/recorder.ts'
import { createRecord, type SiteRecord } from '../record/record.ts'
import { createSiteTime, type SiteTime } from '../site-time.ts'
import { openSiteLines, type SiteLines } from './site-lines.ts'

/** What everything of a site stands on: its time, its lines, its journal and its record. */
export interface Ground {
  readonly ports: CorePorts
  readonly site: Site
  readonly log: Log
  readonly recorder: Recorder
  readonly time: SiteTime
  /** By the calendar, for stamps; ages are of site time. */
  readonly clock: Clock
  readonly journal: Journal
  readonly abilities: ReadonlyMap<string, ChargerAbilities>
  readonly overview: Overview
  readonly lines: SiteLines
  readonly record: SiteRecord
  /** Of what listens to the site from outside of its fold. */
  readonly watch: PartWatch
  /** Reports an append that fails. */
  readonly stored: (what: string, appended: Promise<unknown>) => void
}

export const createGround = (ports: CorePorts): Ground => {
  const { site, log, recorder } = ports
  const time = createSiteTime(ports.clock)
  const clock = time.wall
  return {
    ports,
    site,
    log,
    recorder,
    time,
    clock,
    journal: createJournal(ports),
    abilities: siteAbilities(site, ports.chargerProfiles),
    overview: describeSite(site, ports, ports.siteWarnings, ports.version),
    lines: openSiteLines(ports),
    record: createRecord({ site, recorder, clock, log }),
    watch: createPartWatch(clock, log),
    stored: (what, appended) => {
      appended.catch((error: unknown) => log.error(`${what} could not be stored`, { error: String(error) }))
    },
  }
}

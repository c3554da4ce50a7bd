import type { PowerEvent } from '../../../shared/api/quality-contract.ts'
import type { SiteEvent } from '../../../shared/model/event.ts'
import type { Finding } from '../../../shared/model/finding.ts'
import { en50160Cell, ieee1159Name, iticRegion, mustRideThrough } from '../../../shared/power-quality/classify-event.ts'
import { joinEvents, type JoinedEvent } from '../../../shared/power-quality/join-events.ts'
import type { Site } from '../../../shared/site/site.ts'
import { membersOf, type FoundMember } from './event-members.ts'

/** Only what is known half cycle by half cycle, or from the meter's own log, has a name of the standards. */
const namesOf = (best: FoundMember['said'], nominalHz: number): PowerEvent['names'] => {
  if (best.isBound || best.kind === 'excursion' || best.toMs === null || best.extremePercent === null) return null
  const [percent, seconds] = [best.extremePercent, (best.toMs - best.fromMs) / 1000]
  return {
    en50160: en50160Cell(percent, seconds),
    itic: iticRegion(percent, seconds),
    semiF47: best.kind === 'swell' ? null : mustRideThrough(percent, seconds),
    ieee1159: ieee1159Name(best.kind, percent, seconds, nominalHz),
  }
}

const entryOf = ({ members }: JoinedEvent<FoundMember>, site: Site): PowerEvent[] => {
  const [best] = members
  if (best === undefined) return []
  const { said } = best
  return [
    {
      id: said.id,
      direction: best.direction,
      truth: said.truth,
      kind: said.kind,
      fromMs: said.fromMs,
      toMs: said.toMs,
      phases: said.phases,
      extremePercent: said.extremePercent,
      durationMs: said.isBound || said.toMs === null ? null : said.toMs - said.fromMs,
      names: namesOf(said, site.grid.frequency),
      members: members.map((member) => member.said),
    },
  ]
}

/** The voltage events among rows of the history and active findings, newest first, equivalent ones joined. */
export const powerEventsOf = (
  rows: readonly SiteEvent[],
  active: readonly Finding[],
  site: Site,
): readonly PowerEvent[] =>
  joinEvents(membersOf(rows, active, site))
    .flatMap((joined) => entryOf(joined, site))
    .sort((one, other) => other.fromMs - one.fromMs)

import type { TripscopeContract } from '../../../shared/api/contract.ts'
import type { Handlers } from '../../../shared/api/define.ts'
import type { Live } from '../../../shared/api/live-contract.ts'
import type { Incident } from '../../../shared/forensics/incident.ts'
import type { Health } from '../../../shared/model/health.ts'
import { describeSite } from '../api/describe-site.ts'
import { createHistoryPart } from '../api/history-part.ts'
import { createLivePart } from '../api/live-part.ts'
import { lineDevices } from '../doctor/line-devices.ts'
import { createEnergyPart } from '../energy-report/energy-part.ts'
import type { FanOut } from '../fan-out.ts'
import { tapeProfiles } from '../record/tape/tape-head.ts'
import { createTransferPart } from '../transfer/transfer-part.ts'
import type { DeckPorts } from './deck-ports.ts'
import type { DeckEvents } from './deck-events.ts'
import type { DeckMemory } from './deck-memory.ts'
import type { createDeckTrace } from './deck-trace.ts'
import type { Player } from './player.ts'
import { refusingHandlers } from './refusing.ts'
import type { DeckPlace } from './views/deck-place.ts'
import { createLineView } from './views/line-view.ts'
import { createQualityView } from './views/quality-view.ts'
import { createSiteViews } from './views/site-views.ts'
import { createTripsView } from './views/trips-view.ts'
import { createWavesView } from './views/waves-view.ts'

export interface DeckAnswering extends DeckPorts {
  readonly player: Player<DeckMemory>
  readonly place: DeckPlace
  readonly events: DeckEvents
  readonly trace: ReturnType<typeof createDeckTrace>
  readonly health: () => Health
  readonly frames: FanOut<Live>
  readonly healthNews: FanOut<Health>
}

/** What a recording answers on the contract of the site; what it can't answer is refused with the reason. */
export const deckHandlers = (
  parts: DeckAnswering,
): {
  readonly handlers: Handlers<TripscopeContract>
  readonly setIncidents: (judged: readonly Incident[]) => void
} => {
  const { index, recorder, views: kept, clock, log, player, place, events, health } = parts
  const { site } = index.head
  const profiles = tapeProfiles(index.head)
  const overview = describeSite(site, profiles, [], index.head.program)
  const transfers = createTransferPart(parts)
  const shared = { site, recorder, kept, place, clock, log, transfers }
  const trips = createTripsView(shared)
  const handlers: Handlers<TripscopeContract> = {
    ...refusingHandlers(),
    ...createLivePart({
      overview,
      describe: () => overview,
      live: { current: player.live, listen: parts.frames.listen },
      health: { current: health, listen: parts.healthNews.listen },
      trace: parts.trace,
    }).handlers,
    ...createHistoryPart({ overview, recorder }).handlers,
    ...createEnergyPart({
      ...{ overview, recorder },
      chargerProfiles: profiles.chargerProfiles,
      now: place.nowMs,
      rest: () => new Promise((done) => clock.after(0, done)),
    }).handlers,
    ...createQualityView({ ...shared, records: parts.quality, findings: () => player.live()?.findings ?? [] }),
    ...createWavesView(shared),
    ...trips.handlers,
    ...createSiteViews({ ...shared, chargerProfiles: profiles.chargerProfiles, fold: player.fold }),
    ...createLineView({
      ...shared,
      devicesOf: lineDevices({ site, ...profiles }),
      deviceHealth: () => health().devices,
    }),
    'control.why': (...asked) => player.remembered().story['control.why'](...asked),
    'control.story': (...asked) => player.remembered().story['control.story'](...asked),
    'transfer.fetch': transfers.handlers['transfer.fetch'],
    events: ({ backlog }, push) => events.follow(backlog, push),
    'events.read': async ({ fromMs, toMs, limit }) => [...(await recorder.events({ fromMs, toMs }, limit))],
    siteFile: (_input, push) => {
      push({ changed: false, problem: null, namesTimezone: true })
      return () => undefined
    },
  }
  return { handlers, setIncidents: trips.setJudged }
}

import { join } from 'node:path'
import type { WaveSourceState } from '../../shared/api/waves-contract.ts'
import type { MeterProfile } from '../../shared/profile/meter-profile.ts'
import type { Site } from '../../shared/site/site.ts'
import { refusal, refusalText } from '../../shared/said/refusal.ts'
import { recalledRules } from '../core/alarms/alarms-part.ts'
import { createTripsView } from '../core/deck/views/trips-view.ts'
import { noKeptViews } from '../core/deck/views/kept-views.ts'
import { sitePatterns } from '../core/forensics/site-patterns.ts'
import { capturingMeter } from '../core/meter-records/meter-captures.ts'
import type { Clock, Log } from '../core/ports.ts'
import type { Recorder } from '../core/record/recorder.ts'
import type { ViewHandlers } from '../core/report/views/view-files.ts'
import { createTransferPart } from '../core/transfer/transfer-part.ts'
import type { CaptureShelf } from '../core/waves/capture-shelf.ts'
import { meterSourceState, sourceState } from '../core/waves/wave-states.ts'
import { createArchive } from '../io/archive.ts'
import { openCaptureShelf } from '../io/capture-shelf.ts'
import { openIncidentShelf } from '../io/incident-shelf.ts'
import { openJsonShelf } from '../io/json-shelf.ts'
import { randomId } from '../io/new-id.ts'

interface Stored {
  readonly site: Site
  readonly meterProfiles: ReadonlyMap<string, MeterProfile>
  /** The site's own in the data folder. */
  readonly folder: string
  readonly recorder: Pick<Recorder, 'events'>
  readonly clock: Clock
  readonly log: Log
}

const notStored = (): never => {
  throw refusal('only-while-running', {})
}

/** Front ends and meters as sources of captures; whether one is connected is not known here. */
const storedSources = ({ site, meterProfiles }: Stored, shelf: CaptureShelf): WaveSourceState[] => {
  const problem = `this was read from the disk: of its state, ${refusalText('only-while-running', {})}`
  const closed = { state: 'closed', problem } as const
  const meters = site.meters.flatMap(({ id, name, profile }) => {
    const known = meterProfiles.get(profile)
    return known === undefined ? [] : capturingMeter({ id, name: name ?? id }, known, false)
  })
  return [
    ...site.waves.map((source) => ({
      ...sourceState(source, null, { captureLevel: null, captureFinding: null }),
      ...closed,
      kept: shelf.room(source.id),
    })),
    ...meters.map((meter) => ({ ...meterSourceState(meter), ...closed, kept: shelf.room(meter.meterId) })),
  ]
}

/**
 * What a snapshot asks for its views, answered from what the site has on the disk. What only the running program knows is refused with that
 * reason, which the snapshot says. `problem`: what of the incidents could not be read.
 */
export const openStoredViews = async (
  stored: Stored,
): Promise<{ readonly handlers: ViewHandlers; readonly problem: string | null }> => {
  const { site, folder, recorder, clock, log } = stored
  const incidentShelf = openIncidentShelf(folder, { log, mayKeep: false })
  const captureShelf = await openCaptureShelf(folder, { log, mayKeep: false })
  const { incidents: all, problem } = await incidentShelf.list()
  const incidents = all.filter(({ partOf }) => partOf === undefined)
  const transfers = createTransferPart({ clock, newId: randomId, archive: createArchive() })
  const kept = { ...noKeptViews, incidents, photo: incidentShelf.photo }
  const trips = createTripsView({ site, recorder, kept, transfers, log }).handlers
  const handlers: ViewHandlers = {
    ...trips,
    'trips.patterns': async () => {
      const patterns = await sitePatterns({ site, recorder, nowMs: clock.nowMs(), incidents })
      return { ...patterns, weather: null }
    },
    'transfer.fetch': transfers.handlers['transfer.fetch'],
    'alarms.rules': () => {
      const { rules, problem: wrong } = recalledRules(openJsonShelf(join(folder, 'alarm-rules.json'), false))
      return { changed: { ...rules }, declared: { ...site.alarms }, problem: wrong }
    },
    'waves.sources': (_input, push) => {
      push({
        analysis: { state: 'closed', problem: null, restarts: 0 },
        sources: storedSources(stored, captureShelf),
      })
      return () => undefined
    },
    'waves.captures': ({ sourceId }) => [...captureShelf.list(sourceId)],
    'waves.capture': async function* ({ sourceId, captureId }) {
      const bytes = await captureShelf.bytesOf(sourceId, captureId)
      if (bytes === null) throw refusal('stored-capture-unreadable', {})
      yield { at: 0, total: bytes.length, bytes }
    },
    'commissioning.tests': notStored,
    'demand.read': notStored,
    'quality.watch': notStored,
  }
  return { handlers, problem }
}

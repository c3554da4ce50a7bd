import type { Handlers } from '../../../shared/api/define.ts'
import type { wavesContract } from '../../../shared/api/waves-contract.ts'
import type { Finding } from '../../../shared/model/finding.ts'
import type { SampledObservation } from '../../../shared/model/observation.ts'
import type { Site } from '../../../shared/site/site.ts'
import type { LevelTrigger } from '../../../shared/wave/wave-trigger.ts'
import type { Journal } from '../journal.ts'
import type { MeterCaptures } from '../meter-records/meter-captures.ts'
import type { Part } from '../part.ts'
import type { Clock, Stop } from '../ports.ts'
import { captureHandlers } from './capture-handlers.ts'
import { forgetfulCaptures, type CaptureShelf } from './capture-shelf.ts'
import { keepCaptures } from './keep-captures.ts'
import { createCurrentTeller } from './current-teller.ts'
import { createFindingTrigger } from './finding-trigger.ts'
import { repeat } from './repeat.ts'
import { createVoltageTeller } from './voltage-teller.ts'
import { createWaveDesk, valueOf, type WaveDesk } from './wave-desk.ts'
import { createWaveJournal } from './wave-journal.ts'
import { pictureHandlers } from './wave-pictures.ts'
import type { OpenWaves } from './wave-ports.ts'
import { meterSourceState, sourceState } from './wave-states.ts'
import type { WaveTold } from './wave-told.ts'

/** Something that was just noticed: its moment, UTC, and what it looks like in a few words. */
export interface NoticedIncident {
  readonly incidentId: string
  readonly atMs: number
  readonly what: string
}

export interface WavesPartPorts {
  readonly site: Site
  readonly clock: Clock
  readonly journal: Journal
  /** Missing: there are no sockets and no threads here, as in a test. */
  readonly openWaves?: OpenWaves
  /** Findings of the site as they change; missing: none takes a capture. */
  readonly onFinding?: (listener: (finding: Finding) => void) => Stop
  /** What may have tripped, once each; missing: nobody notices it. */
  readonly onIncident?: (listener: (incident: NoticedIncident) => void) => Stop
  /** Meters that keep captures of their own; missing: none does. */
  readonly meterCaptures?: MeterCaptures
  /** Where captures are kept; left out, the newest are kept in memory until the program ends. */
  readonly captureShelf?: CaptureShelf
  /** What samples show goes to the site's fold by it, for its alarms and its record; missing: no alarm comes of samples. */
  readonly feed?: (observation: SampledObservation) => void
  /** Other parts hear of samples by it. */
  readonly told?: WaveTold
}

const sourcesMs = 1000

type TriggerMethod = 'waves.setTrigger' | 'waves.setFindingTrigger'

/** What takes a capture by itself: a level of the samples, a finding of the site. */
const createTriggers = ({ field, opened, known }: WaveDesk) => {
  const levels = new Map<string, LevelTrigger>()
  // One that is being taken already shows the finding too; a source that is away has nothing to show.
  const findings = createFindingTrigger((source, cause) => void field?.captureNow(source, cause))
  const handlers: Pick<Handlers<typeof wavesContract>, TriggerMethod> = {
    'waves.setTrigger': async ({ sourceId, trigger }) => {
      valueOf(await opened().setTrigger(known(sourceId), trigger))
      if (trigger === null) levels.delete(sourceId)
      else levels.set(sourceId, trigger)
      return { trigger }
    },
    'waves.setFindingTrigger': ({ sourceId, severity }) => {
      findings.set(known(sourceId), severity)
      return { severity }
    },
  }
  return {
    handlers,
    take: findings.take,
    of: (sourceId: string) => ({
      captureLevel: levels.get(sourceId) ?? null,
      captureFinding: findings.of(sourceId),
    }),
  }
}

/**
 * Sampled waveforms: their sources, a live picture, captures. It says nothing of its health to the fold of parts, which would keep
 * control from being armed: control does not rest on samples. The history and `waves.sources` tell what is wrong here.
 */
export const createWavesPart = (ports: WavesPartPorts): Part<typeof wavesContract> => {
  const { site, clock, journal, told, feed, onFinding, onIncident, meterCaptures } = ports
  const { captureShelf = forgetfulCaptures() } = ports
  const desk = createWaveDesk(site, ports.openWaves, meterCaptures, captureShelf)
  const { field } = desk
  const triggers = createTriggers(desk)
  const stops: Stop[] = []
  const sources = () => [
    ...site.waves.map((source) => ({
      ...sourceState(source, field?.health(source.id) ?? null, triggers.of(source.id)),
      kept: captureShelf.room(source.id),
    })),
    ...(meterCaptures?.sources() ?? []).map((meter) => ({
      ...meterSourceState(meter),
      kept: captureShelf.room(meter.meterId),
    })),
  ]
  return {
    name: 'the waveforms',
    start: () => {
      if (field === null) return
      stops.push(field.onObservation(desk.newest.observe), ...createWaveJournal(site, field, journal))
      stops.push(keepCaptures(field, captureShelf))
      if (feed !== undefined) {
        const teller = createVoltageTeller(feed)
        stops.push(
          field.onObservation(teller.observe),
          field.onNotice(teller.notice),
          field.onObservation(createCurrentTeller(site, feed)),
        )
      }
      if (told !== undefined) stops.push(field.onObservation(told.observe), field.onNotice(told.notice))
      if (onFinding !== undefined) stops.push(onFinding(triggers.take))
      if (onIncident !== undefined)
        stops.push(
          onIncident((incident) => {
            for (const { id } of site.waves) void field.captureNow(id, { kind: 'incident', ...incident })
          }),
        )
      field.start()
    },
    stop: async () => {
      await field?.stop()
      for (const stop of stops.splice(0)) stop()
    },
    handlers: {
      'waves.sources': (_input, push) =>
        repeat(clock, sourcesMs, () =>
          push({
            analysis: field?.analysis() ?? { state: 'closed', problem: null, restarts: 0 },
            sources: sources(),
          }),
        ),
      ...pictureHandlers(desk, clock),
      ...captureHandlers(desk),
      ...triggers.handlers,
    },
  }
}

import { Refusal } from '../../../shared/api/define.ts'
import type { wavesContract } from '../../../shared/api/waves-contract.ts'
import type { Finding } from '../../../shared/model/finding.ts'
import type { SampledVoltageObservation } from '../../../shared/model/observation.ts'
import type { LevelTrigger } from '../../../shared/wave/wave-trigger.ts'
import { createFindingTrigger } from './finding-trigger.ts'
import type { Site, SiteWaveSource } from '../../../shared/site/site.ts'
import type { WaveObservation } from '../../../shared/wave/wave-observation.ts'
import type { Journal } from '../journal.ts'
import type { Part } from '../part.ts'
import type { Clock, Stop } from '../ports.ts'
import type { MeterCaptures } from '../meter-records/meter-captures.ts'
import { createVoltageTeller } from './voltage-teller.ts'
import { createWaveJournal } from './wave-journal.ts'
import type { OpenWaves, WaveAnswer } from './wave-ports.ts'
import { lookOf, meterSourceState, pictureOf, rmsOf, sourceState } from './wave-states.ts'
import type { WaveTold } from './wave-told.ts'

export interface WavesPartPorts {
  readonly site: Site
  readonly clock: Clock
  readonly journal: Journal
  /** Missing: there are no sockets and no threads here, as in a test. */
  readonly openWaves?: OpenWaves
  /** Findings of the site as they change; missing: none takes a capture. */
  readonly onFinding?: (listener: (finding: Finding) => void) => Stop
  /** Meters that keep captures of their own; missing: none does. */
  readonly meterCaptures?: MeterCaptures
  /** What samples show of voltages goes to the site's fold by it, for its alarms; missing: no alarm comes of samples. */
  readonly feed?: (observation: SampledVoltageObservation) => void
  /** Other parts hear of samples by it. */
  readonly told?: WaveTold
}

/** Twenty pictures a second are smooth; the next is asked for when the last has come, so a slow analysis makes fewer. */
const pictureMs = 50
/** One-cycle RMS is formed anew for every picture; it changes slower than samples do. */
const rmsPictureMs = 200
/** Numbers are read, not admired. */
const looksMs = 250
const sourcesMs = 1000
/** Of a capture, what crosses at once. */
const pieceBytes = 1 << 18

const noSamples = 'no samples have come yet'
const goneSamples = 'samples of that time are no longer in memory, which holds the newest half minute'

interface Newest {
  readonly rms: Extract<WaveObservation, { kind: 'rms' }> | null
  readonly frequencyHz: number | null
}

const settingsOf = (site: Site, { id, host, port }: SiteWaveSource) => ({
  source: id,
  host,
  port,
  nominalHz: site.grid.frequency,
  udinV: site.grid.nominalVoltage,
})

/** Does something again and again until it is stopped, each time `everyMs` after the last was done. */
const repeat = (clock: Clock, everyMs: number, task: () => Promise<void> | void): Stop => {
  let isStopped = false
  let cancel: Stop = () => undefined
  const turn = async (): Promise<void> => {
    await task()
    if (!isStopped) cancel = clock.after(everyMs, () => void turn())
  }
  void turn()
  return () => {
    isStopped = true
    cancel()
  }
}

/**
 * Sampled waveforms: their sources, a live picture, captures. It says nothing of its health to the fold of parts, which would keep
 * control from being armed: control does not rest on samples. The history and `waves.sources` tell what is wrong here.
 */
export const createWavesPart = ({
  site,
  clock,
  journal,
  openWaves,
  told: others,
  feed,
  onFinding,
  meterCaptures,
}: WavesPartPorts): Part<typeof wavesContract> => {
  const field = openWaves?.(site.waves.map((source) => settingsOf(site, source))) ?? null
  const newest = new Map<string, Newest>()
  const stops: Stop[] = []

  const observe = (observation: WaveObservation): void => {
    const before = newest.get(observation.source) ?? { rms: null, frequencyHz: null }
    if (observation.kind === 'rms') newest.set(observation.source, { ...before, rms: observation })
    if (observation.kind === 'frequency' && observation.toMs - observation.fromMs === 1000)
      newest.set(observation.source, { ...before, frequencyHz: observation.hz })
    if (observation.kind === 'break') newest.delete(observation.source)
  }
  const ofMeter = (sourceId: string) => meterCaptures?.sources().find(({ meterId }) => meterId === sourceId)
  const known = (sourceId: string): string => {
    if (site.waves.some(({ id }) => id === sourceId)) return sourceId
    if (ofMeter(sourceId) !== undefined)
      throw new Refusal('a meter that keeps captures has no live wave; read its captures instead')
    const ids = site.waves.map(({ id }) => id).join(', ') || 'none'
    throw new Refusal(`no wave source '${sourceId}' on this site; it has ${ids}`)
  }
  const levels = new Map<string, LevelTrigger>()
  // One that is being taken already shows the finding too; a source that is away has nothing to show.
  const findings = createFindingTrigger((source, cause) => void field?.captureNow(source, cause))
  const capturesOf = (sourceId: string) => ({
    captureLevel: levels.get(sourceId) ?? null,
    captureFinding: findings.of(sourceId),
  })
  const opened = () => {
    if (field === null) throw new Refusal('this program was started without wave sources')
    return field
  }
  const valueOf = <T>(answer: WaveAnswer<T>): T => {
    if (!answer.ok) throw new Refusal(answer.why)
    return answer.value
  }

  return {
    name: 'the waveforms',
    start: () => {
      if (field === null) return
      stops.push(field.onObservation(observe), ...createWaveJournal(site, field, journal))
      if (feed !== undefined) {
        const teller = createVoltageTeller(feed)
        stops.push(field.onObservation(teller.observe), field.onNotice(teller.notice))
      }
      if (others !== undefined) stops.push(field.onObservation(others.observe), field.onNotice(others.notice))
      if (onFinding !== undefined) stops.push(onFinding(findings.take))
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
            sources: [
              ...site.waves.map((source) =>
                sourceState(source, field?.health(source.id) ?? null, capturesOf(source.id)),
              ),
              ...(meterCaptures?.sources() ?? []).map(meterSourceState),
            ],
          }),
        ),
      'waves.watch': ({ sourceId, ...request }, push) => {
        const source = known(sourceId)
        const waves = opened()
        let told = ''
        return repeat(clock, request.mode === 'rms' ? rmsPictureMs : pictureMs, async () => {
          const answer = await waves.view(source, request)
          const { rms = null, frequencyHz = null } = newest.get(source) ?? {}
          const problem = waves.health(source)?.problem ?? (answer.ok ? null : answer.why)
          const view = answer.ok ? answer.value : null
          // A picture of the same samples is no news.
          const now = `${String(view?.atMs)} ${String(rms?.toMs)} ${String(problem)}`
          if (now === told) return
          told = now
          const picture = view === null ? null : pictureOf(view)
          push({ problem, picture, rms: rmsOf(rms?.channels ?? []), frequencyHz })
        })
      },
      'waves.still': async ({ sourceId, ...request }) => {
        const view = valueOf(await opened().still(known(sourceId), request))
        return view === null ? null : pictureOf(view)
      },
      'waves.look': ({ sourceId, ...request }, push) => {
        const source = known(sourceId)
        const waves = opened()
        let told: number | null = null
        const tell = async (): Promise<void> => {
          const answer = await waves.look(source, request)
          const look = answer.ok ? answer.value : null
          // The same samples say nothing new.
          if (look !== null && look.atMs === told) return
          told = look?.atMs ?? null
          const gone = request.atMs === null ? noSamples : goneSamples
          push({
            problem: answer.ok ? (look === null ? gone : null) : answer.why,
            look: look === null ? null : lookOf(look),
          })
        }
        if (request.atMs === null) return repeat(clock, looksMs, tell)
        void tell()
        return () => undefined
      },
      'waves.captures': async ({ sourceId }) =>
        ofMeter(sourceId) === undefined
          ? [...valueOf(await opened().captures(known(sourceId)))]
          : [...(meterCaptures?.list(sourceId) ?? [])],
      'waves.capture': async function* ({ sourceId, captureId }) {
        const bytes =
          ofMeter(sourceId) === undefined
            ? valueOf(await opened().captureBytes(known(sourceId), captureId))
            : (meterCaptures?.bytesOf(sourceId, captureId) ?? null)
        if (bytes === null) throw new Refusal('that capture is not kept any more; only the newest are')
        for (let at = 0; at < bytes.length; at += pieceBytes)
          yield { at, total: bytes.length, bytes: bytes.slice(at, at + pieceBytes) }
      },
      'waves.captureNow': async ({ sourceId }, caller) => {
        if (meterCaptures !== undefined && ofMeter(sourceId) !== undefined) {
          if (caller.role !== 'operator') throw new Refusal('only an operator may read the logs of a meter')
          const { ids, notes } = await meterCaptures.take(sourceId)
          const newest = ids.at(-1)
          if (newest === undefined) throw new Refusal(notes.at(-1) ?? 'the meter keeps no capture just now')
          return { captureId: newest }
        }
        const captureId = valueOf(await opened().captureNow(known(sourceId), { kind: 'by-hand' }))
        if (captureId === null)
          throw new Refusal('nothing can be captured: no samples come, or a capture is being taken just now')
        return { captureId }
      },
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
    },
  }
}

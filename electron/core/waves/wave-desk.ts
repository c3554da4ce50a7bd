import { refusal } from '../../../shared/said/refusal.ts'
import type { Site, SiteWaveSource } from '../../../shared/site/site.ts'
import type { WaveObservation } from '../../../shared/wave/wave-observation.ts'
import type { MeterCaptures } from '../meter-records/meter-captures.ts'
import type { CaptureShelf } from './capture-shelf.ts'
import type { OpenWaves, WaveAnswer, WaveField } from './wave-ports.ts'

export interface Newest {
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

/** The newest of what is told once a cycle and once a second, by source; forgotten when the samples break off. */
const createNewest = () => {
  const newest = new Map<string, Newest>()
  const nothing: Newest = { rms: null, frequencyHz: null }
  return {
    of: (source: string): Newest => newest.get(source) ?? nothing,
    observe: (observation: WaveObservation): void => {
      const before = newest.get(observation.source) ?? nothing
      if (observation.kind === 'rms') newest.set(observation.source, { ...before, rms: observation })
      if (observation.kind === 'frequency' && observation.toMs - observation.fromMs === 1000)
        newest.set(observation.source, { ...before, frequencyHz: observation.hz })
      if (observation.kind === 'break') newest.delete(observation.source)
    },
  }
}

/** The sources of waveforms of a site: those that are sampled, and meters that keep captures of their own. */
export const createWaveDesk = (
  site: Site,
  openWaves: OpenWaves | undefined,
  meterCaptures: MeterCaptures | undefined,
  shelf: CaptureShelf,
) => {
  const field = openWaves?.(site.waves.map((source) => settingsOf(site, source))) ?? null
  const isMeter = (sourceId: string): boolean =>
    meterCaptures?.sources().some(({ meterId }) => meterId === sourceId) === true
  const known = (sourceId: string): string => {
    if (site.waves.some(({ id }) => id === sourceId)) return sourceId
    if (isMeter(sourceId)) throw refusal('meter-has-no-live-wave', {})
    throw refusal('no-wave-source', { sourceId, sources: site.waves.map(({ id }) => id) })
  }
  return {
    field,
    shelf,
    newest: createNewest(),
    /** The captures of a meter that keeps its own; null: it is none. */
    captureMeter: (sourceId: string): MeterCaptures | null =>
      meterCaptures !== undefined && isMeter(sourceId) ? meterCaptures : null,
    /** Throws a Refusal where the source is not sampled here. */
    known,
    /** Throws a Refusal where this program samples nothing. */
    opened: (): WaveField => {
      if (field === null) throw refusal('no-wave-sources', {})
      return field
    },
  }
}
export type WaveDesk = ReturnType<typeof createWaveDesk>

/** Throws a Refusal with why there is none. */
export const valueOf = <T>(answer: WaveAnswer<T>): T => {
  if (!answer.ok) throw refusal('waves-not-answered', answer)
  return answer.value
}

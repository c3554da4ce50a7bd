import type { SourceSettings } from '../../analysis/source-analysis.ts'
import type { Clock, Log, Stop } from '../../core/ports.ts'
import type { OpenWaves, WaveField, WaveNotice, WaveSourceSettings } from '../../core/waves/wave-ports.ts'
import type { WaveObservation } from '../../../shared/wave/wave-observation.ts'
import { createAnalysisThread } from './analysis-thread.ts'
import { createWaveSource } from './wave-source.ts'

export interface OpenWavesDeps {
  readonly clock: Clock
  readonly log: Log
  readonly workerUrl: URL | string
  readonly random?: () => number
}

/** What one source may take in memory and what a capture holds (editable assumptions): 30 s of 8 channels at 10 kS/s are 9.6 MB. */
const usual = { ringBytes: 9_830_400, keepBytes: 32 << 20, preMs: 1000, postMs: 2000 } as const

const analysisOf = ({ source, nominalHz, udinV }: WaveSourceSettings): SourceSettings => ({
  ...usual,
  source,
  nominalHz,
  udinV,
})

const createListeners = <T>() => {
  const listeners = new Set<(value: T) => void>()
  return {
    tell: (value: T): void => {
      for (const listener of listeners) listener(value)
    },
    listen: (listener: (value: T) => void): Stop => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** The site's front ends and one thread that analyses what they send. Without a source there is no thread either. */
const openWaves = (sources: readonly WaveSourceSettings[], deps: OpenWavesDeps): WaveField => {
  const { clock, log, random = Math.random } = deps
  const observations = createListeners<WaveObservation>()
  const notices = createListeners<WaveNotice>()
  const thread = createAnalysisThread({
    settings: { sources: sources.map(analysisOf) },
    workerUrl: deps.workerUrl,
    clock,
    log,
    onObservations: (all) => all.forEach(observations.tell),
    onTaken: (source, bytes) => connections.get(source)?.done(bytes),
    onNotice: (notice) => {
      if (notice.kind === 'analysis-down') for (const connection of connections.values()) connection.forgotten()
      notices.tell(notice)
    },
  })
  const connections = new Map(
    sources.map((settings) => [
      settings.source,
      createWaveSource(settings, {
        clock,
        log,
        random,
        take: thread.send,
        ended: () => thread.ended(settings.source),
        onNotice: notices.tell,
      }),
    ]),
  )
  return {
    start: () => {
      if (sources.length === 0) return
      thread.start()
      for (const connection of connections.values()) connection.start()
    },
    stop: async () => {
      await Promise.all([...connections.values()].map((connection) => connection.close()))
      await thread.close()
    },
    health: (source) => connections.get(source)?.health() ?? null,
    analysis: thread.health,
    onObservation: observations.listen,
    onNotice: notices.listen,
    view: (source, request) => thread.ask(source, 'view', request),
    still: (source, request) => thread.ask(source, 'still', request),
    look: (source, request) => thread.ask(source, 'look', request),
    setTrigger: (source, trigger) => thread.ask(source, 'setTrigger', trigger),
    captureNow: (source, cause) => thread.ask(source, 'captureNow', cause),
    captures: (source) => thread.ask(source, 'captures', null),
    captureBytes: (source, captureId) => thread.ask(source, 'captureBytes', captureId),
  }
}

export const createOpenWaves =
  (deps: OpenWavesDeps): OpenWaves =>
  (sources) =>
    openWaves(sources, deps)

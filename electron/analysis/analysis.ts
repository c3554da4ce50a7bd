import { bytesOf, type AnalysisSettings, type FromAnalysis, type QuestionName, type ToAnalysis } from './messages.ts'
import { createSourceAnalysis, type SourceAnalysis } from './source-analysis.ts'
import type { StillRequest, WaveViewRequest } from '../../shared/wave/draw-wave.ts'
import type { WaveLookRequest } from '../../shared/wave/ring-record.ts'
import type { LevelTrigger } from '../../shared/wave/wave-trigger.ts'
import type { CaptureCause, WaveObservation } from '../../shared/wave/wave-observation.ts'

/** What a message leads to, without a thread: the worker only carries it. */
export const createAnalysis = ({ sources }: AnalysisSettings) => {
  const analyses = new Map<string, SourceAnalysis>(
    sources.map((settings) => [settings.source, createSourceAnalysis(settings)]),
  )
  const tell = (observations: readonly WaveObservation[]): readonly FromAnalysis[] =>
    observations.length === 0 ? [] : [{ kind: 'observations', observations }]

  const answer = (
    analysis: SourceAnalysis,
    name: QuestionName,
    input: unknown,
  ): { readonly answer: unknown; readonly observations?: readonly WaveObservation[] } => {
    switch (name) {
      case 'view':
        return { answer: analysis.view(input as WaveViewRequest) }
      case 'still':
        return { answer: analysis.still(input as StillRequest) }
      case 'look':
        return { answer: analysis.look(input as WaveLookRequest) }
      case 'captureNow': {
        const { captureId, observations } = analysis.captureNow(input as CaptureCause)
        return { answer: captureId, observations }
      }
      case 'setTrigger':
        analysis.setTrigger(input as LevelTrigger | null)
        return { answer: null }
      case 'captures':
        return { answer: analysis.captures() }
      case 'captureBytes':
        return { answer: analysis.captureBytes(input as string) }
    }
  }
  return (message: ToAnalysis): readonly FromAnalysis[] => {
    const source = message.kind === 'block' ? message.block.source : message.source
    const analysis = analyses.get(source)
    switch (message.kind) {
      case 'block':
        return [...tell(analysis?.take(message.block) ?? []), { kind: 'taken', source, bytes: bytesOf(message.block) }]
      case 'ended':
        return tell(analysis?.end() ?? [])
      case 'ask': {
        if (analysis === undefined) return [{ kind: 'failed', id: message.id, why: `no wave source '${source}'` }]
        const { answer: given, observations = [] } = answer(analysis, message.name, message.input)
        return [...tell(observations), { kind: 'answer', id: message.id, answer: given }]
      }
    }
  }
}

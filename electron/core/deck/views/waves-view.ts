import type { Handlers } from '../../../../shared/api/define.ts'
import { refusal } from '../../../../shared/said/refusal.ts'
import type { WaveCapture, wavesContract, WaveSourceState } from '../../../../shared/api/waves-contract.ts'
import type { Site } from '../../../../shared/site/site.ts'
import { drawNewest, type DrawnSource, type WaveViewRequest } from '../../../../shared/wave/draw-wave.ts'
import { createPyramid } from '../../../../shared/wave/min-max-pyramid.ts'
import { lengthOf } from '../../../../shared/wave/wave-block.ts'
import { capacityOf, createWaveRing } from '../../../../shared/wave/wave-ring.ts'
import type { Stop } from '../../ports.ts'
import { answerTo } from '../../report/views/kept-answers.ts'
import { blocksOf } from '../../report/views/capture-comtrade.ts'
import { pictureOf, sourceState } from '../../waves/wave-states.ts'
import type { DeckPlace } from './deck-place.ts'
import type { KeptViews } from './kept-views.ts'

type Answered = Pick<
  Handlers<typeof wavesContract>,
  'waves.sources' | 'waves.watch' | 'waves.captures' | 'waves.capture'
>
/** Of a capture, what crosses at once. */
const pieceBytes = 1 << 18

const noneText =
  'This is a recording: samples are not kept all the time, only in captures, and none of this source lies before this place.'
const utc = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace('T', ' ')
const shownText = ({ atMs }: WaveCapture): string =>
  `This is a recording: what is drawn is the capture of ${utc(atMs)} UTC, the newest before this place; samples between captures are not kept.`

/** A capture as what a picture can be drawn of; null: nothing is in it. */
const drawnOf = (bytes: Uint8Array, nominalHz: number): DrawnSource | null => {
  const blocks = blocksOf(bytes)
  const layout = blocks[0]?.layout
  if (layout === undefined) return null
  const samples = blocks.reduce((sum, block) => sum + lengthOf(block), 0)
  const capacity = capacityOf(4 * layout.length * (samples + 4096), layout.length)
  const ring = createWaveRing(layout.length, capacity)
  const pyramids = layout.map(() => createPyramid(capacity))
  for (const block of blocks) {
    const at = ring.append({ ...block, isBroken: block.break !== null })
    pyramids.forEach((pyramid, index) => pyramid.push(at, block.channels[index] ?? new Float32Array(0)))
  }
  return { layout, ring, pyramids, nominalHz }
}

/** Waveforms of a recording: the captures that lie in the file, and the newest of them before the place drawn as a picture. */
export const createWavesView = (parts: {
  readonly site: Site
  readonly kept: KeptViews
  readonly place: DeckPlace
}): Answered => {
  const { site, kept, place } = parts
  /** Meters that captured by themselves, as they were when the file was made. */
  const meters = (): readonly WaveSourceState[] =>
    (answerTo(kept.answers, 'waves.sources')?.output.sources ?? []).filter(({ ofMeter }) => ofMeter !== undefined)
  const known = (sourceId: string): string => {
    const sources = [...site.waves, ...meters()].map(({ id }) => id)
    if (sources.includes(sourceId)) return sourceId
    throw refusal('no-wave-source', { sourceId, sources })
  }
  const capturesOf = (sourceId: string): WaveCapture[] => [
    ...(answerTo(kept.answers, 'waves.captures', { sourceId })?.output ?? []),
  ]
  const stateOf = (source: Site['waves'][number]): WaveSourceState => {
    const before = answerTo(kept.answers, 'waves.sources')?.output.sources.find(({ id }) => id === source.id)
    const nothing = sourceState(source, null, { captureLevel: null, captureFinding: null })
    return { ...(before ?? nothing), state: 'closed', problem: null }
  }
  let drawn: { readonly captureId: string; readonly source: DrawnSource | null } | null = null
  const drawnSource = async (sourceId: string, { captureId }: WaveCapture): Promise<DrawnSource | null> => {
    if (drawn?.captureId === captureId) return drawn.source
    const bytes = await kept.capture(sourceId, captureId)
    drawn = { captureId, source: bytes === null ? null : drawnOf(bytes, site.grid.frequency) }
    return drawn.source
  }
  const watch = (sourceId: string, request: WaveViewRequest, push: Parameters<Answered['waves.watch']>[1]): Stop => {
    let told: string | null = null
    let isStopped = false
    const none = (problem: string): void => push({ problem, picture: null, rms: [], frequencyHz: null })
    const tell = async (): Promise<void> => {
      const capture = capturesOf(sourceId).findLast(({ fromMs }) => fromMs <= place.nowMs())
      const key = capture?.captureId ?? ''
      if (key === told) return
      told = key
      if (capture === undefined) return none(noneText)
      const source = await drawnSource(sourceId, capture)
      if (isStopped || told !== key) return
      const view = source === null ? null : drawNewest(source, request)
      if (view === null) return none('The capture of this time could not be read from the file.')
      push({ problem: shownText(capture), picture: pictureOf(view), rms: [], frequencyHz: null })
    }
    const look = (): void => {
      tell().catch((error: unknown) => none(error instanceof Error ? error.message : String(error)))
    }
    look()
    const unlisten = place.listen(look)
    return () => {
      isStopped = true
      unlisten()
    }
  }
  return {
    'waves.sources': (_input, push) => {
      const before = answerTo(kept.answers, 'waves.sources')?.output.analysis
      push({
        analysis: { state: 'closed', problem: null, restarts: before?.restarts ?? 0 },
        sources: [
          ...site.waves.map(stateOf),
          ...meters().map((meter): WaveSourceState => ({ ...meter, state: 'closed', problem: null })),
        ],
      })
      return () => undefined
    },
    'waves.watch': ({ sourceId, ...request }, push) => watch(known(sourceId), request, push),
    'waves.captures': ({ sourceId }) => Promise.resolve(capturesOf(known(sourceId))),
    'waves.capture': async function* ({ sourceId, captureId }) {
      const bytes = await kept.capture(known(sourceId), captureId)
      if (bytes === null) throw refusal('capture-not-in-deck', {})
      for (let at = 0; at < bytes.length; at += pieceBytes)
        yield { at, total: bytes.length, bytes: bytes.slice(at, at + pieceBytes) }
    },
  }
}

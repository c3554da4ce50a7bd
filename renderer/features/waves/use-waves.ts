import { useEffect, useRef, useState } from 'react'
import type { InputOf } from '../../../shared/api/define.ts'
import type { SampledLook, SampledRms, WaveSourceState, wavesContract } from '../../../shared/api/waves-contract.ts'
import { readPicture, type ScopeBuffer, type ScopePicture } from '../../charts/scope-data.ts'
import { useStream } from '../../state/stream.ts'

/** Numbers are read, not admired: they change four times a second, the picture as fast as it comes. */
const numbersEveryMs = 250

export interface WaveSources {
  readonly analysis: { readonly state: string; readonly problem: string | null; readonly restarts: number }
  readonly sources: readonly WaveSourceState[]
}

export const useWaveSources = (): { readonly value: WaveSources | null; readonly ended: string | null } => {
  const [value, setValue] = useState<WaveSources | null>(null)
  const [ended, setEnded] = useState<string | null>(null)
  useStream('waves.sources', {}, { frame: setValue, ended: setEnded })
  return { value, ended }
}

export type WatchInput = InputOf<(typeof wavesContract)['waves.watch']>

export interface WaveNumbers {
  readonly picture: ScopePicture | null
  readonly rms: readonly SampledRms[]
  readonly frequencyHz: number | null
  /** Why there is no picture. */
  readonly problem: string | null
}
const nothing: WaveNumbers = { picture: null, rms: [], frequencyHz: null, problem: null }

/**
 * The live picture of a source into `buffer`. `input` null: it stands still, and what comes meanwhile is not kept. `take` says of each
 * picture whether it is shown: one that waits for its trigger shows none but triggered ones.
 */
export const useWaveWatch = (
  input: WatchInput | null,
  buffer: ScopeBuffer,
  take: (picture: ScopePicture) => boolean,
): WaveNumbers => {
  const [numbers, setNumbers] = useState<WaveNumbers>(nothing)
  const newest = useRef<WaveNumbers>(nothing)
  useStream('waves.watch', input, {
    frame: ({ picture, rms, frequencyHz, problem }) => {
      const read = picture === null ? null : readPicture(picture, input?.mode)
      newest.current = { picture: read, rms, frequencyHz, problem }
      if (read === null || take(read)) buffer.set(read)
    },
    ended: (problem) => setNumbers((before) => ({ ...before, problem })),
  })
  useEffect(() => {
    // What is read off belongs to the picture that is shown, which may be an older one than the newest.
    const timer = setInterval(() => setNumbers({ ...newest.current, picture: buffer.picture() }), numbersEveryMs)
    return () => clearInterval(timer)
  }, [buffer])
  return numbers
}

export interface LookState {
  readonly look: SampledLook | null
  readonly problem: string | null
}

/** Values, phasors and a spectrum from the samples themselves; `atMs` null: of the newest, four times a second. */
export const useWaveLook = (sourceId: string, atMs: number | null, spectrumOf: string | null): LookState => {
  const [state, setState] = useState<LookState>({ look: null, problem: null })
  useStream(
    'waves.look',
    { sourceId, atMs, spectrumOf },
    { frame: setState, ended: (problem) => setState({ look: null, problem }) },
  )
  return state
}

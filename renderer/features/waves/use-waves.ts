import { useEffect, useRef, useState } from 'react'
import type { InputOf } from '../../../shared/api/define.ts'
import type { SampledRms, WaveSourceState, wavesContract } from '../../../shared/api/waves-contract.ts'
import { createScopeBuffer, readPicture, type ScopeBuffer, type ScopePicture } from '../../charts/scope-data.ts'
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

/** The live picture of a source. While `isHeld` it stands still; what comes meanwhile is not kept. */
export const useWaveWatch = (
  input: WatchInput,
  isHeld: boolean,
): { readonly buffer: ScopeBuffer; readonly numbers: WaveNumbers } => {
  const [buffer] = useState(createScopeBuffer)
  const [numbers, setNumbers] = useState<WaveNumbers>(nothing)
  const newest = useRef<WaveNumbers>(nothing)
  useStream('waves.watch', isHeld ? null : input, {
    frame: ({ picture, rms, frequencyHz, problem }) => {
      const read = picture === null ? null : readPicture(picture)
      newest.current = { picture: read, rms, frequencyHz, problem }
      buffer.set(read)
    },
    ended: (problem) => setNumbers((before) => ({ ...before, problem })),
  })
  useEffect(() => {
    const timer = setInterval(() => setNumbers(newest.current), numbersEveryMs)
    return () => clearInterval(timer)
  }, [])
  return { buffer, numbers }
}

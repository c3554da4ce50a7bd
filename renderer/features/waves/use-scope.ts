import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { WaveSourceState } from '../../../shared/api/waves-contract.ts'
import { createPersistence, type Persistence, type ScopeLayers } from '../../charts/scope-layers.ts'
import { createScopeBuffer, readPicture, type ScopePicture } from '../../charts/scope-data.ts'
import { usePaced, useSettled } from '../../state/settled.ts'
import { useRead } from '../../state/read.ts'
import { useViewKey } from '../../state/view-keys.ts'
import { useWaveLook, useWaveWatch } from './use-waves.ts'

export const spans = [10, 20, 40, 60, 100, 200, 500, 1000, 2000, 5000, 10_000] as const
/** In place of a channel: no trigger. */
export const free = 'free'
/** More columns than a screen has points are not seen. */
const columns = 1200
/** Shorter than a few samples there is nothing to see; the memory holds about half a minute. */
const [shortestMs, longestMs] = [0.5, 30_000]
const askAfterMs = 60
const lookEveryMs = 90

/** Always; only pictures that are triggered; one triggered picture, which then stands. */
export type Sweep = 'always' | 'triggered' | 'once'

export interface ScopeSettings {
  readonly spanMs: number
  readonly channel: string
  readonly level: number | string
  readonly edge: 'rising' | 'falling' | 'either'
  readonly sweep: Sweep
  readonly mode: 'samples' | 'rms'
  readonly persistence: Persistence
  /** Null: the first channel. */
  readonly spectrumOf: string | null
}
const first: ScopeSettings = {
  spanMs: 60,
  channel: 'u1',
  level: 0,
  edge: 'rising',
  sweep: 'always',
  mode: 'samples',
  persistence: '0',
  spectrumOf: null,
}

interface Window {
  readonly fromMs: number
  readonly toMs: number
}

/** What a paused scope shows: the stretch around its time zero as the memory has it, asked anew when the hand rests. */
const useStill = (
  sourceId: string,
  held: ScopePicture | null,
  window: Window,
  mode: ScopeSettings['mode'],
): { readonly picture: ScopePicture | null; readonly problem: string | null } => {
  const settled = useSettled(window, askAfterMs)
  const read = useRead('waves.still', held === null ? null : { sourceId, atMs: held.atMs, ...settled, columns, mode })
  const isOfThis = held !== null && read.step === 'ready' && read.value !== null
  const picture = useMemo(
    () => (isOfThis && read.value !== null ? readPicture(read.value, mode) : null),
    [isOfThis, read, mode],
  )
  if (held === null) return { picture: null, problem: null }
  const isGone = read.step === 'ready' && read.value === null
  return {
    picture,
    problem: isGone
      ? 'These samples are no longer in memory, which holds the newest half minute: what stands here is all that is left. Capture now keeps a stretch for longer.'
      : read.step === 'failed'
        ? read.why
        : null,
  }
}

/** All that a person sets on the scope, and what it shows by it. */
export const useScope = (source: WaveSourceState) => {
  const [settings, set] = useState<ScopeSettings>(first)
  const [held, setHeld] = useState<ScopePicture | null>(null)
  const [still, setStill] = useState<Window>({ fromMs: 0, toMs: 1 })
  const [pointMs, setPoint] = useState<number | null>(null)
  const [markMs, setMark] = useState<number | null>(null)
  const [buffer] = useState(createScopeBuffer)
  const [persistence] = useState(createPersistence)
  const [reference, setReference] = useState<ScopePicture | null>(null)
  const { spanMs, edge, sweep, mode } = settings
  const names = source.channels.map(({ name }) => name)
  const channel = settings.channel === free || names.includes(settings.channel) ? settings.channel : (names[0] ?? free)
  const level = typeof settings.level === 'number' ? settings.level : 0
  const isFree = channel === free
  const trigger = useMemo(() => (isFree ? null : { channel, level, edge }), [isFree, channel, level, edge])
  const fromMs = isFree ? 0 : -spanMs / 2
  const live = useMemo(() => ({ fromMs, toMs: fromMs + spanMs }), [fromMs, spanMs])
  const window = held === null ? live : still

  const pause = useCallback(
    (picture: ScopePicture | null) => {
      setHeld(picture)
      setStill(live)
    },
    [live],
  )
  const take = (picture: ScopePicture): boolean => {
    if (!isFree && sweep !== 'always' && !picture.isTriggered) return false
    if (!isFree && sweep === 'once') pause(picture)
    persistence.add(picture)
    return true
  }
  const numbers = useWaveWatch(
    held === null ? { sourceId: source.id, spanMs, columns, mode, trigger, before: isFree ? 1 : 0.5 } : null,
    buffer,
    take,
  )
  const passed = useStill(source.id, held, window, mode)
  useEffect(() => {
    if (passed.picture !== null) buffer.set(passed.picture)
  }, [passed.picture, buffer])
  useEffect(() => {
    persistence.reset(settings.persistence)
    buffer.set(buffer.picture())
  }, [persistence, buffer, settings.persistence, spanMs, mode, trigger])
  const kept = useRef<ScopePicture | null>(null)
  useEffect(() => {
    kept.current = reference
    buffer.set(buffer.picture())
  }, [reference, buffer])
  const layers = useMemo<ScopeLayers>(() => ({ past: persistence.past, kept: () => kept.current }), [persistence])
  const toggle = useCallback(() => (held === null ? pause(buffer.picture()) : pause(null)), [held, pause, buffer])
  useViewKey('p', toggle)
  useViewKey(
    'y',
    useCallback(() => set((before) => ({ ...before, mode: before.mode === 'rms' ? 'samples' : 'rms' })), []),
  )
  const stretch = (lengthMs: number, aroundMs: number): void => {
    const length = window.toMs - window.fromMs
    const next = Math.max(shortestMs, Math.min(longestMs, lengthMs))
    const begin = aroundMs - ((aroundMs - window.fromMs) / length) * next
    setStill({ fromMs: begin, toMs: begin + next })
  }
  const zoom = (factor: number, aroundMs: number): void => {
    if (held !== null) return stretch((window.toMs - window.fromMs) * factor, aroundMs)
    const at = spans.findIndex((span) => span === spanMs) + (factor < 1 ? -1 : 1)
    set({ ...settings, spanMs: spans[Math.max(0, Math.min(spans.length - 1, at))] ?? spanMs })
  }
  const showSpan = (next: number): void => {
    if (held !== null) stretch(next, (window.fromMs + window.toMs) / 2)
    set({ ...settings, spanMs: next })
  }
  const pan = (byMs: number): void =>
    setStill(({ fromMs: from, toMs: to }) => ({ fromMs: from + byMs, toMs: to + byMs }))
  const spectrumOf = settings.spectrumOf ?? names[0] ?? null
  // A live picture is of the newest samples; a paused one has a time to look at: the cursor's, else its trigger's.
  const atMs = usePaced(held === null ? null : held.atMs + (pointMs ?? 0), lookEveryMs)
  const look = useWaveLook(source.id, held === null ? null : atMs, spectrumOf)
  return {
    settings: { ...settings, channel, spectrumOf },
    set: (next: Partial<ScopeSettings>) => set({ ...settings, ...next }),
    trigger,
    isHeld: held !== null,
    toggle,
    window,
    zoom,
    showSpan,
    pan: held === null ? null : pan,
    numbers,
    look,
    gone: passed.problem,
    buffer,
    layers,
    reference: {
      isKept: reference !== null,
      keep: () => setReference(buffer.picture()),
      drop: () => setReference(null),
    },
    cursors: { pointMs, markMs, point: setPoint, mark: setMark },
  }
}
export type Scope = ReturnType<typeof useScope>

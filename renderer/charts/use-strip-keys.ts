import { useState, type KeyboardEvent } from 'react'
import { formatScaled } from '../format/quantity.ts'
import type { StripTraces } from './strip-data.ts'
import type { StripReading } from './strip-reading.ts'
import type { StripView } from './strip-view.ts'
import { chartKey, panned, zoomed } from './time-range.ts'
import { nearestIndex, windowOf } from './trace-buffer.ts'

type Move = Extract<NonNullable<ReturnType<typeof chartKey>>, { kind: 'edge' | 'move' }>

const spokenAt = ({ series, scale, values }: StripReading, { time }: StripView, ms: number): string => {
  const read = values(ms)
  const said = series.map(({ label }, index) => {
    const value = read[index]
    return `${label} ${value == null ? 'no value' : `${formatScaled(value, scale)} ${scale.unit}`}`
  })
  return `${time.clockTenths(ms)}: ${said.join(', ')}`
}

/** The sample a key leads to, by its time. */
const timeOf = (times: readonly number[], { range, at }: StripReading, action: Move): number | undefined => {
  if (action.kind === 'edge') {
    const visible = windowOf({ atMs: [...times], columns: {} }, range.fromMs, range.toMs).atMs
    return action.edge === 'first' ? visible[0] : visible.at(-1)
  }
  const from = nearestIndex(times, at)
  return from === null ? undefined : times[Math.min(times.length - 1, Math.max(0, from + action.samples))]
}

/** Keys of a strip: arrows point, and what is pointed at is spoken; plus and minus zoom, page keys move, `m` sets the second cursor. */
export const useStripKeys = (traces: readonly StripTraces[], reading: StripReading, view: StripView) => {
  const [spoken, setSpoken] = useState('')
  const { acts, markMs } = view
  const { at, range } = reading
  const onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.altKey || event.metaKey) return
    const action = chartKey(event.key, event.shiftKey)
    if (action === null) return
    event.preventDefault()
    event.stopPropagation()
    if (action.kind === 'mark') return acts.mark(markMs === at ? null : at)
    if (action.kind === 'zoom' || action.kind === 'pan') {
      const next =
        action.kind === 'zoom' ? zoomed(range, at, action.factor, view.now()) : panned(range, action.share, view.now())
      return acts.show(next.fromMs, next.toMs)
    }
    const to = timeOf(traces[0]?.buffer.data().atMs ?? [], reading, action)
    if (to === undefined) return
    acts.point(to)
    setSpoken(spokenAt(reading, view, to))
  }
  return { spoken, onKey }
}

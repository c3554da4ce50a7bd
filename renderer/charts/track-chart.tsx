import { useEffect, useRef } from 'react'
import { setRedraw } from './canvas-svg.ts'
import { cssColour } from './plot.ts'
import type { RecordFrame } from './record-chart.tsx'
import './charts.css'

export interface DrawnTrack {
  readonly key: string
  readonly name: string
  /** 0 or 1: which state is the normal one. */
  readonly normal: number
  readonly initial: number
  readonly changesS: readonly number[]
  readonly isCut: boolean
}

const rowPx = 20
/** As the plots above it: labels to the left, room for trace labels to the right. */
const [leftPx, rightPx] = [58, 60]

const drawTrack = (
  context: CanvasRenderingContext2D,
  track: DrawnTrack,
  y: number,
  xOf: (s: number) => number,
  edges: readonly [number, number],
  colours: { readonly normal: string; readonly active: string },
): void => {
  const places = [edges[0], ...track.changesS.map(xOf), edges[1]]
  let state = track.initial
  for (let at = 0; at + 1 < places.length; at += 1) {
    const [from = 0, to = 0] = [places[at], places[at + 1]]
    const isActive = state !== track.normal
    context.fillStyle = isActive ? colours.active : colours.normal
    if (isActive) context.fillRect(from, y + 4, Math.max(1, to - from), rowPx - 8)
    else context.fillRect(from, y + rowPx / 2, Math.max(1, to - from), 1)
    state = 1 - state
  }
}

/** Digital channels over the same seconds as the plots: a bar where one is not in its normal state. */
export const TrackChart = ({
  tracks,
  frame,
  colours,
}: {
  readonly tracks: readonly DrawnTrack[]
  readonly frame: RecordFrame
  readonly colours: string
}) => {
  const canvas = useRef<HTMLCanvasElement>(null)
  const { span, pointS, markS } = frame
  useEffect(() => {
    const element = canvas.current
    const context = element?.getContext('2d')
    if (element == null || context == null) return
    const draw = () => {
      const ratio = window.devicePixelRatio
      const [width, height] = [element.clientWidth, tracks.length * rowPx]
      element.width = width * ratio
      element.height = height * ratio
      context.setTransform(ratio, 0, 0, ratio, 0, 0)
      context.clearRect(0, 0, width, height)
      const inner = Math.max(1, width - leftPx - rightPx)
      const xOf = (s: number): number => leftPx + ((s - span.fromS) / (span.toS - span.fromS)) * inner
      const text = cssColour(element, '--ts-text')
      tracks.forEach((track, index) => {
        drawTrack(context, track, index * rowPx, xOf, [leftPx, leftPx + inner], {
          normal: cssColour(element, '--ts-line-strong'),
          active: text,
        })
      })
      for (const [s, colour] of [
        [pointS, text],
        [markS, cssColour(element, '--ts-focus')],
      ] as const) {
        if (s === null || s < span.fromS || s > span.toS) continue
        context.fillStyle = colour
        context.fillRect(Math.round(xOf(s)), 0, 1, height)
      }
    }
    draw()
    setRedraw(element, draw)
    const resize = new ResizeObserver(draw)
    resize.observe(element)
    return () => resize.disconnect()
  }, [tracks, span, pointS, markS, colours])
  return (
    <div className="track-chart">
      <canvas ref={canvas} style={{ width: '100%', height: tracks.length * rowPx }} aria-hidden="true" />
      <ul aria-label="Digital channels" className="track-names">
        {tracks.map(({ key, name, normal, initial, changesS, isCut }) => (
          <li key={key}>
            <span>{name}</span>{' '}
            <span className="sr-only">
              {`${initial === normal ? 'normal' : 'not normal'} at first, ${changesS.length === 0 ? 'no change' : `${changesS.length} changes`}${isCut ? ', more than are drawn' : ''}`}
            </span>
          </li>
        ))}
      </ul>
    </div>
  )
}

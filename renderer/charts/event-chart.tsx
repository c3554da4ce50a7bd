import { memo, useEffect, useMemo, useRef } from 'react'
import { own } from '../../shared/own.ts'
import { plural } from '../format/number.ts'
import { createEventCanvas } from './event-canvas.ts'
import { panned, pointNear, wholeWindow, zoomed, type EventPoint, type EventWindow } from './event-plot.ts'
import { setRedraw } from './canvas-svg.ts'
import { frames } from './frame-scheduler.ts'
import { cssColour } from './plot.ts'
import './event-chart.css'

export interface EventChartProps {
  readonly points: readonly EventPoint[]
  readonly chosenId: string | null
  readonly choose: (id: string) => void
  readonly evidence: string
  readonly height: number
  /** Changes with the theme, so that the plot is drawn anew. */
  readonly colours: string
}

const coloursOf = (host: HTMLElement) => ({
  text: cssColour(host, '--ts-text'),
  dim: cssColour(host, '--ts-dim'),
  line: cssColour(host, '--ts-line'),
  point: cssColour(host, '--ts-bar'),
  severe: cssColour(host, '--ts-alarm-bar'),
  chosen: cssColour(host, '--ts-focus'),
})
const panStep = 0.1
const zoomStep = 0.8
/** A press that moved less than this chooses, px. */
const clickPx = 4

/** ITIC and SEMI F47: drag pans, the wheel zooms, arrows and plus or minus do the same, a click chooses. */
export const EventChart = memo((props: EventChartProps) => {
  const { points, chosenId, choose, evidence, height, colours } = props
  const canvas = useRef<HTMLCanvasElement>(null)
  const press = useRef<{ x: number; y: number; moved: number } | null>(null)
  const chosen = useMemo(() => points.find(({ id }) => id === chosenId) ?? null, [points, chosenId])
  // What is shown is no state of React: a move draws the canvas and nothing else.
  const shown = useRef<EventWindow>(wholeWindow)
  const latest = useRef({ points, chosen })
  const redraw = useRef<() => void>(() => undefined)
  const show = (next: (before: EventWindow) => EventWindow): void => {
    shown.current = next(shown.current)
    redraw.current()
  }

  useEffect(() => {
    latest.current = { points, chosen }
    redraw.current()
  }, [points, chosen])
  useEffect(() => {
    const element = canvas.current
    const context = element?.getContext('2d') ?? null
    if (element === null || context === null) return
    const drawOnto = createEventCanvas(element, context)
    const inks = coloursOf(element)
    const draw = (onto: 'screen' | 'file') => drawOnto({ ...latest.current, window: shown.current }, height, inks, onto)
    const toScreen = () => draw('screen')
    setRedraw(element, () => draw('file'))
    redraw.current = () => frames().request(toScreen)
    const resize = new ResizeObserver(redraw.current)
    resize.observe(element)
    redraw.current()
    return () => {
      resize.disconnect()
      redraw.current = () => undefined
      frames().cancel(toScreen)
    }
  }, [height, colours])

  const sizeOf = (element: HTMLElement) => ({ width: element.clientWidth, height })
  const onKey = (event: React.KeyboardEvent) => {
    const moves: Readonly<Record<string, (before: EventWindow) => EventWindow>> = {
      ArrowLeft: (before) => panned(before, -panStep, 0),
      ArrowRight: (before) => panned(before, panStep, 0),
      ArrowUp: (before) => panned(before, 0, panStep),
      ArrowDown: (before) => panned(before, 0, -panStep),
      '+': (before) => zoomed(before, zoomStep),
      '-': (before) => zoomed(before, 1 / zoomStep),
      Home: () => wholeWindow,
    }
    const move = own(moves, event.key)
    if (move === undefined || event.ctrlKey || event.altKey || event.metaKey) return
    event.preventDefault()
    event.stopPropagation()
    show(move)
  }
  useEffect(() => {
    const element = canvas.current
    if (element === null) return
    // React's own wheel listener may not keep the page from scrolling.
    const onWheel = (event: WheelEvent) => {
      event.preventDefault()
      const { width, height: tall } = element.getBoundingClientRect()
      const factor = event.deltaY > 0 ? 1 / zoomStep : zoomStep
      show((before) => zoomed(before, factor, event.offsetX / width, event.offsetY / tall))
    }
    element.addEventListener('wheel', onWheel, { passive: false })
    return () => element.removeEventListener('wheel', onWheel)
  }, [])
  const severe = points.filter(({ isSevere }) => isSevere).length
  const summary =
    points.length === 0
      ? 'No event with known depth and duration in this time.'
      : `${plural(points.length, 'event')}, ${severe} of them outside of the ITIC curve.`
  return (
    <figure className="panel event-chart" aria-label="ITIC and SEMI F47">
      <div className="strip-head">
        <h2>
          ITIC and SEMI F47 <span className="dim">% of declared voltage</span>
        </h2>
      </div>
      <canvas
        ref={canvas}
        style={{ height }}
        role="img"
        tabIndex={0}
        aria-label={`Depth over duration: ${summary} Arrows move, plus and minus zoom, Home shows all; the events stand in the list below.`}
        onKeyDown={onKey}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId)
          press.current = { x: event.clientX, y: event.clientY, moved: 0 }
        }}
        onPointerMove={(event) => {
          const held = press.current
          if (held === null) return
          const [dx, dy] = [event.clientX - held.x, event.clientY - held.y]
          press.current = { x: event.clientX, y: event.clientY, moved: held.moved + Math.hypot(dx, dy) }
          const { width } = sizeOf(event.currentTarget)
          show((before) => panned(before, -dx / width, dy / height))
        }}
        onPointerUp={(event) => {
          const held = press.current
          press.current = null
          if (held === null || held.moved > clickPx) return
          const box = event.currentTarget.getBoundingClientRect()
          const at = [event.clientX - box.left, event.clientY - box.top] as const
          const found = pointNear(points, at, shown.current, sizeOf(event.currentTarget))
          if (found !== null) choose(found.id)
        }}
      />
      <figcaption className="dim">
        {evidence}. {summary} Solid: ITIC (120 V 60 Hz single-phase equipment). Broken: SEMI F47-0706.
      </figcaption>
    </figure>
  )
})
EventChart.displayName = 'EventChart'

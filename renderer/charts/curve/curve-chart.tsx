import { useEffect, useRef, useState, type KeyboardEvent } from 'react'
import { setRedraw } from '../canvas-svg.ts'
import { cssColour } from '../plot.ts'
import { drawCurve, type CurveBand, type CurveTrail } from './curve-draw.ts'
import { curveScale, type CurveScale } from './curve-scale.ts'
import '../charts.css'

export interface CurveChartProps {
  readonly title: string
  readonly bands: readonly CurveBand[]
  readonly trails: readonly CurveTrail[]
  /** What is shown of the current axis, A. */
  readonly fromA: number
  readonly toA: number
  /** "polled RMS, ...": what kind of truth the trail is. */
  readonly evidence: string
  /** All of it in words, for who cannot see the canvas. */
  readonly summary: string
  /** The current that is pointed at; null: none. */
  readonly cursorA: number | null
  readonly point: (currentA: number | null) => void
  readonly height: number
  /** Changes with theme and phase colours, so that it is drawn anew. */
  readonly colours: string
}

/** A step of the arrow keys: a hundredth of a decade, ten of them with Shift. */
const keyStep = 10 ** 0.01

/** Time over current on log-log paper: tolerance bands of breakers and what their poles carried. Arrows move the pointed current. */
export const CurveChart = (props: CurveChartProps) => {
  const { title, bands, trails, fromA, toA, evidence, summary, cursorA, point, height, colours } = props
  const canvas = useRef<HTMLCanvasElement>(null)
  const shown = useRef<CurveScale | null>(null)
  const [width, setWidth] = useState(0)

  useEffect(() => {
    const element = canvas.current?.parentElement
    if (element == null) return
    const resize = new ResizeObserver(() => setWidth(element.clientWidth))
    resize.observe(element)
    return () => resize.disconnect()
  }, [])

  useEffect(() => {
    const element = canvas.current
    const ctx = element?.getContext('2d')
    if (element == null || ctx == null || width === 0) return
    const scale = curveScale(width, height, fromA, toA)
    shown.current = scale
    const of = (name: string) => cssColour(element, name)
    const draw = () => {
      const ratio = window.devicePixelRatio
      element.width = Math.round(width * ratio)
      element.height = Math.round(height * ratio)
      ctx.setTransform(ratio, 0, 0, ratio, 0, 0)
      ctx.clearRect(0, 0, width, height)
      drawCurve(ctx, scale, bands, trails, cursorA, {
        text: of('--ts-text'),
        dim: of('--ts-dim'),
        line: of('--ts-line'),
        focus: of('--ts-focus'),
        of,
      })
    }
    draw()
    setRedraw(element, draw)
  }, [bands, trails, fromA, toA, cursorA, width, height, colours])

  const onKey = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return
    const step = keyStep ** (event.shiftKey ? 10 : 1)
    const from = cursorA ?? Math.sqrt(fromA * toA)
    const to = { ArrowRight: from * step, ArrowLeft: from / step, Home: fromA, End: toA }[event.key]
    if (event.key !== 'Escape' && to === undefined) return
    event.preventDefault()
    event.stopPropagation()
    point(to === undefined ? null : Math.max(fromA, Math.min(toA, to)))
  }
  return (
    <figure className="strip panel" aria-label={title}>
      <div className="strip-head">
        <h2>{title}</h2>
        <span className="dim">{evidence}</span>
      </div>
      <div
        className="strip-plot"
        style={{ height }}
        role="img"
        tabIndex={0}
        aria-label={summary}
        onKeyDown={onKey}
        onMouseMove={(event) => {
          const at = event.clientX - event.currentTarget.getBoundingClientRect().left
          if (shown.current !== null) point(shown.current.currentAt(at))
        }}
        onMouseLeave={() => point(null)}
      >
        <canvas ref={canvas} style={{ width: '100%', height, display: 'block' }} aria-hidden="true" />
      </div>
    </figure>
  )
}

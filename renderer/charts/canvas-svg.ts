import type uPlot from 'uplot'

/**
 * A canvas as vectors: it is drawn once more while everything that is drawn is written down. What the chart's own code draws is what
 * the file holds, so no chart is drawn by two codes that could differ.
 */

type Op = readonly [name: string, args: readonly number[]]
interface Matrix {
  readonly a: number
  readonly b: number
  readonly c: number
  readonly d: number
  readonly e: number
  readonly f: number
}

const redraws = new WeakMap<HTMLCanvasElement, () => void>()

/** How a canvas is drawn anew, at once. A canvas nobody told of goes into a file as the picture it is. */
export const setRedraw = (canvas: HTMLCanvasElement, redraw: () => void): void => {
  redraws.set(canvas, redraw)
}
export const setPlotRedraw = (plot: uPlot): void =>
  setRedraw(plot.ctx.canvas, () => plot.batch(() => plot.redraw(true, true)))

const short = (value: number): string => String(Math.round(value * 100) / 100)
const place = ({ a, b, c, d, e, f }: Matrix, x: number, y: number): string =>
  `${short(a * x + c * y + e)} ${short(b * x + d * y + f)}`

/** Circles and parts of them; the canvas of a chart is never skewed, so a radius has one scale. */
const arcOf = (m: Matrix, [x = 0, y = 0, r = 0, from = 0, to = 0, back = 0]: readonly number[], isFirst: boolean) => {
  const radius = short(r * Math.hypot(m.a, m.b))
  const turn = back === 1 ? -1 : 1
  const sweep = Math.min(2 * Math.PI, Math.abs(to - from))
  const at = (angle: number) => place(m, x + r * Math.cos(angle), y + r * Math.sin(angle))
  const half = from + (turn * sweep) / 2
  const flag = turn > 0 ? 1 : 0
  return `${isFirst ? 'M' : 'L'}${at(from)}A${radius} ${radius} 0 0 ${flag} ${at(half)}A${radius} ${radius} 0 0 ${flag} ${at(from + turn * sweep)}`
}

const opText = ([name, args]: Op, m: Matrix, isFirst: boolean): string => {
  const [x = 0, y = 0, w = 0, h = 0] = args
  switch (name) {
    case 'moveTo':
      return `M${place(m, x, y)}`
    case 'lineTo':
      return `${isFirst ? 'M' : 'L'}${place(m, x, y)}`
    case 'closePath':
      return 'Z'
    case 'rect':
      return `M${place(m, x, y)}L${place(m, x + w, y)}L${place(m, x + w, y + h)}L${place(m, x, y + h)}Z`
    case 'quadraticCurveTo':
      return `Q${place(m, x, y)} ${place(m, w, h)}`
    case 'bezierCurveTo':
      return `C${place(m, x, y)} ${place(m, w, h)} ${place(m, args[4] ?? 0, args[5] ?? 0)}`
    case 'arc':
      return arcOf(m, args, isFirst)
    default:
      return ''
  }
}
const pathText = (ops: readonly (readonly [Op, Matrix])[]): string =>
  ops.map(([op, matrix], at) => opText(op, matrix, at === 0)).join('')

const pathOps = ['moveTo', 'lineTo', 'closePath', 'rect', 'quadraticCurveTo', 'bezierCurveTo', 'arc'] as const
const numbersOf = (args: readonly unknown[]): readonly number[] => args.map(Number)

/** Paths that are made while a canvas is written down remember their steps. */
const recordingPath = (Native: typeof Path2D, steps: WeakMap<object, Op[]>) =>
  class extends Native {
    constructor(from?: Path2D | string) {
      super(from)
      steps.set(this, from instanceof Native ? [...(steps.get(from) ?? [])] : [])
      for (const name of pathOps) {
        const draw = (super[name] as (...args: unknown[]) => void).bind(this)
        Object.defineProperty(this, name, {
          value: (...args: unknown[]) => {
            steps.get(this)?.push([name, numbersOf(args)])
            draw(...args)
          },
        })
      }
    }
  }

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

const anchors: Readonly<Record<string, string>> = { right: 'end', end: 'end', center: 'middle' }
/** Readers of SVG disagree on baselines: the text is moved by its own height instead. */
const belowBase: Readonly<Record<string, number>> = { middle: 0.35, top: 0.8, hanging: 0.8, bottom: -0.2 }

const textOf = (ctx: CanvasRenderingContext2D, text: string, x: number, y: number): string => {
  const { a, b, c, d, e, f } = ctx.getTransform()
  const [, weight = '', size = '10', family = 'sans-serif'] =
    /^(?:(bold|\d{3})\s+)?([\d.]+)px\s+(.+)$/.exec(ctx.font) ?? []
  const base = y + (belowBase[ctx.textBaseline] ?? 0) * Number(size)
  return `<text x="${short(x)}" y="${short(base)}" transform="matrix(${[a, b, c, d, e, f].map(short).join(' ')})" font-family="${escaped(family)}" font-size="${size}"${weight === '' ? '' : ` font-weight="${weight}"`} text-anchor="${anchors[ctx.textAlign] ?? 'start'}" fill="${escaped(String(ctx.fillStyle))}" opacity="${ctx.globalAlpha}">${escaped(text)}</text>`
}

/** Writes down what is drawn on a context from now on; `end` gives it back as it was. */
const record = (ctx: CanvasRenderingContext2D, prefix: string) => {
  const out: string[] = []
  const steps = new WeakMap<object, Op[]>()
  let own: (readonly [Op, Matrix])[] = []
  const clips: (string | null)[] = [null]
  let clipCount = 0
  const native = window.Path2D
  window.Path2D = recordingPath(native, steps)
  const opsOf = (path: unknown): readonly (readonly [Op, Matrix])[] => {
    const held = typeof path === 'object' && path !== null ? steps.get(path) : undefined
    const matrix = ctx.getTransform()
    return held === undefined ? own : held.map((op) => [op, matrix] as const)
  }
  const put = (d: string, paint: string): void => {
    const clip = clips.at(-1) ?? null
    if (d !== '') out.push(`<path d="${d}"${clip === null ? '' : ` clip-path="url(#${clip})"`} ${paint}/>`)
  }
  const scaleNow = (): number => {
    const { a, b } = ctx.getTransform()
    return Math.hypot(a, b)
  }
  const filled = (): string => `fill="${escaped(String(ctx.fillStyle))}" opacity="${ctx.globalAlpha}"`
  const stroked = (): string => {
    const dash = ctx.getLineDash().map((length) => short(length * scaleNow()))
    return `fill="none" stroke="${escaped(String(ctx.strokeStyle))}" stroke-width="${short(ctx.lineWidth * scaleNow())}" stroke-linejoin="${ctx.lineJoin}" opacity="${ctx.globalAlpha}"${dash.length === 0 ? '' : ` stroke-dasharray="${dash.join(' ')}"`}`
  }
  const box = (x: number, y: number, w: number, h: number): string =>
    pathText([[['rect', [x, y, w, h]], ctx.getTransform()]])
  const written: Record<string, (...args: never[]) => void> = {
    beginPath: () => {
      own = []
    },
    save: () => clips.push(clips.at(-1) ?? null),
    restore: () => {
      if (clips.length > 1) clips.pop()
    },
    clip: (path: unknown) => {
      clipCount += 1
      const id = `${prefix}-${clipCount}`
      const outer = clips.at(-1) ?? null
      out.push(
        `<clipPath id="${id}"${outer === null ? '' : ` clip-path="url(#${outer})"`}><path d="${pathText(opsOf(path))}"/></clipPath>`,
      )
      clips[clips.length - 1] = id
    },
    stroke: (path: unknown) => put(pathText(opsOf(path)), stroked()),
    fill: (path: unknown) => put(pathText(opsOf(path)), filled()),
    fillRect: (x: number, y: number, w: number, h: number) => put(box(x, y, w, h), filled()),
    strokeRect: (x: number, y: number, w: number, h: number) => put(box(x, y, w, h), stroked()),
    fillText: (text: string, x: number, y: number) => out.push(textOf(ctx, text, x, y)),
  }
  for (const name of pathOps) {
    written[name] = (...args: never[]) => own.push([[name, numbersOf(args)], ctx.getTransform()])
  }
  for (const [name, write] of Object.entries(written)) {
    const draw = ctx[name as 'fill'].bind(ctx) as (...args: unknown[]) => void
    Object.defineProperty(ctx, name, {
      configurable: true,
      value: (...args: never[]) => {
        write(...args)
        draw(...args)
      },
    })
  }
  return {
    out,
    end: (): void => {
      window.Path2D = native
      for (const name of Object.keys(written)) Reflect.deleteProperty(ctx, name)
    },
  }
}

/** The canvas as elements of an SVG in its own pixels; null: nobody told how it is drawn anew. `prefix` makes its ids its own. */
export const canvasSvg = (canvas: HTMLCanvasElement, prefix: string): string | null => {
  const redraw = redraws.get(canvas)
  const ctx = canvas.getContext('2d')
  if (redraw === undefined || ctx === null) return null
  const { out, end } = record(ctx, prefix)
  try {
    redraw()
  } finally {
    end()
  }
  return out.join('\n')
}

import { saveBlob } from '../ui/save-blob.ts'
import { canvasSvg } from './canvas-svg.ts'

/** Plots as a picture: what they show, with their titles and what kind of truth they are, on the ground of the theme. SVG is vectors. */

export type PictureKind = 'png' | 'svg'

interface Placed {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}
interface Drawn {
  readonly canvases: readonly (Placed & { readonly canvas: HTMLCanvasElement })[]
  /** Charts that are SVG themselves. */
  readonly charts: readonly (Placed & { readonly text: string })[]
  readonly texts: readonly (Placed & { readonly text: string; readonly isBold: boolean })[]
  readonly width: number
  readonly height: number
  readonly ground: string
  readonly ink: string
}

const margin = 8
const lineHeight = 16

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

/** What a style sheet says of the parts of a chart, written into them: a file has no style sheet. */
const styled = [
  'fill',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'font-size',
  'font-family',
  'font-weight',
] as const
const allStyled: readonly string[] = [...styled, 'text-anchor', 'dominant-baseline']
const isStyled = (name: string): boolean => allStyled.includes(name)
/** Written as text: styles set on elements of the page are what its policy forbids. */
const partText = (each: Element, outer: readonly string[]): string => {
  const style = getComputedStyle(each)
  const stated = outer.map((attribute) => attribute.split('=')[0])
  const own = [...each.attributes].flatMap(({ name, value }) =>
    stated.includes(name) || name === 'class' || name === 'style' || name === 'xmlns' || isStyled(name)
      ? []
      : [`${name}="${escaped(value)}"`],
  )
  const paint = allStyled.map((name) => `${name}="${escaped(style.getPropertyValue(name))}"`)
  const inside = [...each.childNodes].map((node) =>
    node instanceof Element ? partText(node, []) : escaped(node.textContent ?? ''),
  )
  return `<${each.tagName} ${[...outer, ...own, ...paint].join(' ')}>${inside.join('')}</${each.tagName}>`
}
const standAlone = (chart: SVGSVGElement): string => {
  const { width, height } = chart.getBoundingClientRect()
  return partText(chart, ['xmlns="http://www.w3.org/2000/svg"', `width="${width}"`, `height="${height}"`])
}

const canvasPart = ({ canvas, x, y, width, height }: Drawn['canvases'][number], at: number): string => {
  const vectors = canvasSvg(canvas, `clip${at}`)
  return vectors === null
    ? `<image x="${x}" y="${y}" width="${width}" height="${height}" href="${canvas.toDataURL('image/png')}"/>`
    : `<g transform="translate(${x} ${y}) scale(${width / canvas.width} ${height / canvas.height})">\n${vectors}\n</g>`
}

const gather = (element: HTMLElement, lines: readonly string[]): Drawn => {
  const box = element.getBoundingClientRect()
  const place = (each: Element): Placed => {
    const own = each.getBoundingClientRect()
    return { x: own.left - box.left + margin, y: own.top - box.top + margin, width: own.width, height: own.height }
  }
  const canvases = [...element.querySelectorAll('canvas')].filter(({ width, height }) => width > 0 && height > 0)
  const charts = [...element.querySelectorAll<SVGSVGElement>('svg[role="img"]')].filter(
    (chart) => chart.getBoundingClientRect().width > 0,
  )
  const heads = [...element.querySelectorAll('.strip-head h2, .strip-head > span, .track-names li > span:first-child')]
  const style = getComputedStyle(element)
  const below = box.height + margin * 2
  return {
    canvases: canvases.map((canvas) => ({ ...place(canvas), canvas })),
    charts: charts.map((chart) => ({ ...place(chart), text: standAlone(chart) })),
    texts: [
      ...heads.map((head) => ({ ...place(head), text: head.textContent?.trim() ?? '', isBold: head.tagName === 'H2' })),
      ...lines.map((text, at) => ({
        x: margin,
        y: below + at * lineHeight,
        width: box.width,
        height: lineHeight,
        text,
        isBold: false,
      })),
    ],
    width: Math.ceil(box.width + margin * 2),
    height: Math.ceil(below + lines.length * lineHeight + margin),
    ground: style.getPropertyValue('--ts-panel').trim() || '#ffffff',
    ink: style.getPropertyValue('--ts-text').trim() || '#000000',
  }
}

const svgOf = ({ canvases, charts, texts, width, height, ground, ink }: Drawn): string =>
  [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<rect width="${width}" height="${height}" fill="${escaped(ground)}"/>`,
    ...canvases.map(canvasPart),
    ...charts.map(({ x, y, text }) => `<g transform="translate(${x} ${y})">${text}</g>`),
    ...texts.map(
      ({ x, y, height: own, text, isBold }) =>
        `<text x="${x}" y="${y + own / 2}" dominant-baseline="middle" font-family="system-ui, sans-serif" font-size="12"${isBold ? ' font-weight="bold"' : ''} fill="${escaped(ink)}">${escaped(text)}</text>`,
    ),
    '</svg>',
  ].join('\n')

/** Saves the plots within an element; `lines` stand below them. */
export const savePicture = async (
  element: HTMLElement,
  name: string,
  kind: PictureKind,
  lines: readonly string[],
): Promise<void> => {
  const drawn = gather(element, lines)
  if (kind === 'svg') return saveBlob(`${name}.svg`, new Blob([svgOf(drawn)], { type: 'image/svg+xml' }))
  const ratio = window.devicePixelRatio
  const canvas = document.createElement('canvas')
  canvas.width = drawn.width * ratio
  canvas.height = drawn.height * ratio
  const context = canvas.getContext('2d')
  if (context === null) return
  context.scale(ratio, ratio)
  context.fillStyle = drawn.ground
  context.fillRect(0, 0, drawn.width, drawn.height)
  for (const { x, y, width, height, canvas: source } of drawn.canvases) context.drawImage(source, x, y, width, height)
  for (const { x, y, width, height, text } of drawn.charts) {
    const image = new Image()
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`
    await image.decode()
    context.drawImage(image, x, y, width, height)
  }
  context.fillStyle = drawn.ink
  context.textBaseline = 'middle'
  for (const { x, y, height, text, isBold } of drawn.texts) {
    context.font = `${isBold ? 'bold ' : ''}12px system-ui, sans-serif`
    context.fillText(text, x, y + height / 2)
  }
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'))
  if (blob !== null) saveBlob(`${name}.png`, blob)
}

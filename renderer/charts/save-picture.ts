import { saveBlob } from '../ui/save-blob.ts'
import { canvasSvg } from './canvas-svg.ts'
import { fontOf, lineHeight, linesWithin, pictureParts, textPx, type PicturePart } from './picture-parts.ts'

/** Plots as a picture: what they show, with their titles and what kind of truth they are, on the ground of the theme. SVG is vectors. */

export type PictureKind = 'png' | 'svg'

const margin = 8

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

type Of<Kind extends PicturePart['kind']> = Extract<PicturePart, { kind: Kind }>

const canvasPart = ({ canvas, x, y, width, height }: Of<'canvas'>, at: number): string => {
  const vectors = canvasSvg(canvas, `clip${at}`)
  return vectors === null
    ? `<image x="${x}" y="${y}" width="${width}" height="${height}" href="${canvas.toDataURL('image/png')}"/>`
    : `<g transform="translate(${x} ${y}) scale(${width / canvas.width} ${height / canvas.height})">\n${vectors}\n</g>`
}
const linesPart = ({ x, y, lines, isBold }: Pick<Of<'text'>, 'x' | 'y' | 'lines' | 'isBold'>, ink: string): string =>
  lines
    .map(
      (line, at) =>
        `<text x="${x}" y="${y + (at + 0.5) * lineHeight}" dominant-baseline="middle" font-family="system-ui, sans-serif" font-size="${textPx}"${isBold ? ' font-weight="bold"' : ''} fill="${escaped(ink)}">${escaped(line)}</text>`,
    )
    .join('\n')
const partSvg = (part: PicturePart, at: number, ink: string): string => {
  switch (part.kind) {
    case 'canvas':
      return canvasPart(part, at)
    case 'chart':
      return `<g transform="translate(${part.x} ${part.y})">${standAlone(part.chart)}</g>`
    case 'text':
      return linesPart(part, ink)
  }
}

interface Sheet {
  readonly parts: readonly PicturePart[]
  /** Below the plots. */
  readonly foot: Pick<Of<'text'>, 'x' | 'y' | 'lines' | 'isBold'>
  readonly width: number
  readonly height: number
  readonly ground: string
  readonly ink: string
}
/** The narrowest sheet: its foot is a line of text. */
const leastWidth = 640
const sheetOf = (element: HTMLElement, lines: readonly string[]): Sheet => {
  const { parts, width, height } = pictureParts(element)
  const style = getComputedStyle(element)
  const wide = Math.max(leastWidth, width + 2 * margin)
  const footLines = lines.flatMap((line) => linesWithin(line, wide - 2 * margin, false))
  return {
    parts: parts.map((part) => ({ ...part, x: part.x + margin, y: part.y + margin })),
    foot: { x: margin, y: height + 2 * margin, lines: footLines, isBold: false },
    width: Math.ceil(wide),
    height: Math.ceil(height + 3 * margin + footLines.length * lineHeight),
    ground: style.getPropertyValue('--ts-panel').trim() || '#ffffff',
    ink: style.getPropertyValue('--ts-text').trim() || '#000000',
  }
}

const svgOf = ({ parts, foot, width, height, ground, ink }: Sheet): string =>
  [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<rect width="${width}" height="${height}" fill="${escaped(ground)}"/>`,
    ...parts.map((part, at) => partSvg(part, at, ink)),
    linesPart(foot, ink),
    '</svg>',
  ].join('\n')

const drawLines = (
  context: CanvasRenderingContext2D,
  { x, y, lines, isBold }: Pick<Of<'text'>, 'x' | 'y' | 'lines' | 'isBold'>,
): void => {
  context.font = fontOf(isBold)
  lines.forEach((line, at) => context.fillText(line, x, y + (at + 0.5) * lineHeight))
}
const drawPart = async (context: CanvasRenderingContext2D, part: PicturePart): Promise<void> => {
  const { x, y, width, height } = part
  switch (part.kind) {
    case 'canvas':
      context.drawImage(part.canvas, x, y, width, height)
      return
    case 'chart': {
      const image = new Image()
      image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(standAlone(part.chart))}`
      await image.decode()
      context.drawImage(image, x, y, width, height)
      return
    }
    case 'text':
      drawLines(context, part)
  }
}

/** Saves the plots within an element; `lines` stand below them. */
export const savePicture = async (
  element: HTMLElement,
  name: string,
  kind: PictureKind,
  lines: readonly string[],
): Promise<void> => {
  const sheet = sheetOf(element, lines)
  if (kind === 'svg') return saveBlob(`${name}.svg`, new Blob([svgOf(sheet)], { type: 'image/svg+xml' }))
  const ratio = window.devicePixelRatio
  const canvas = document.createElement('canvas')
  canvas.width = sheet.width * ratio
  canvas.height = sheet.height * ratio
  const context = canvas.getContext('2d')
  if (context === null) return
  context.scale(ratio, ratio)
  context.fillStyle = sheet.ground
  context.fillRect(0, 0, sheet.width, sheet.height)
  context.fillStyle = sheet.ink
  context.textBaseline = 'middle'
  for (const part of sheet.parts) await drawPart(context, part)
  drawLines(context, sheet.foot)
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'))
  if (blob !== null) saveBlob(`${name}.png`, blob)
}

import { layOut, wrapped, type Part } from './picture-layout.ts'

/** What of a part of the page goes into a picture: its plots, and what stands with each that says what it is and how it is known. */

export type PicturePart = Part &
  (
    | { readonly kind: 'canvas'; readonly canvas: HTMLCanvasElement }
    /** A chart that is SVG itself. */
    | { readonly kind: 'chart'; readonly chart: SVGSVGElement }
    | { readonly kind: 'text'; readonly lines: readonly string[]; readonly isBold: boolean }
  )

export const lineHeight = 16
export const textPx = 12
export const fontOf = (isBold: boolean): string => `${isBold ? 'bold ' : ''}${textPx}px system-ui, sans-serif`

let measuring: CanvasRenderingContext2D | null = null
/** A text in lines no wider than that, as it is drawn. */
export const linesWithin = (text: string, width: number, isBold: boolean): readonly string[] => {
  measuring ??= document.createElement('canvas').getContext('2d')
  const context = measuring
  if (context === null) return [text]
  context.font = fontOf(isBold)
  return wrapped(text, width, (line) => context.measureText(line).width)
}

/** A plot is said by its own figure or panel, and by those around it. */
const boxes = 'figure, section, .panel'
/** Of each of them: its head, and its caption. */
const said = [
  ':scope > h2',
  ':scope > h3',
  ':scope > .row > h2',
  ':scope > header h2',
  ':scope > .strip-head > *',
  ':scope > figcaption:not(:has(.strip-caption))',
  ':scope > figcaption > .strip-caption',
  ':scope .track-names li > span:first-child',
].join(', ')

const isShown = (element: Element): boolean => {
  const { width, height } = element.getBoundingClientRect()
  return width > 1 && height > 1 && element.closest('.sr-only, .no-print, .is-hint') === null
}
export const plotsIn = (element: HTMLElement): readonly (HTMLCanvasElement | SVGSVGElement)[] =>
  [...element.querySelectorAll<HTMLCanvasElement | SVGSVGElement>('canvas, svg[role="img"]')].filter(isShown)

/** The text a person sees of an element, the parts of it apart. */
const seenText = (element: Element): string => {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT)
  const pieces: string[] = []
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode())
    if (node.parentElement?.closest('.sr-only, title') === null) pieces.push(node.textContent ?? '')
  return pieces
    .join(' ')
    .replace(/\s+/g, ' ')
    .replace(/ (?=[.,;:)])/g, '')
    .trim()
}
/** Where it is; of a cell that holds a plot beside its text, where the text is. */
const boxOf = (element: Element): DOMRect => {
  const holds = element.querySelector('canvas, svg') !== null
  if (!holds || element.textContent === '') return element.getBoundingClientRect()
  const range = document.createRange()
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    if (node.textContent?.trim() === '' || node.parentElement?.closest('.sr-only, svg') != null) continue
    range.selectNodeContents(node)
    return range.getBoundingClientRect()
  }
  return element.getBoundingClientRect()
}
/** Elements that lie side by side are texts of their own. */
const leaves = (element: Element): readonly Element[] =>
  /flex|grid/.test(getComputedStyle(element).display) && element.children.length > 0
    ? [...element.children].flatMap(leaves)
    : [element]

const textsOf = (plot: Element, within: HTMLElement): readonly Element[] => {
  const found: Element[] = []
  for (
    let box = plot.closest(boxes);
    box !== null && within.contains(box);
    box = box.parentElement?.closest(boxes) ?? null
  ) {
    found.push(...box.querySelectorAll(said))
    if (found.length > 0 && box === plot.closest(boxes)) found.push(...box.querySelectorAll(':scope > p'))
  }
  // A trend in a row of a table is said by its row and the heads of its columns.
  const row = plot.closest('tr')
  if (row !== null) {
    found.push(...row.querySelectorAll('th, td'))
    found.push(...(row.closest('table')?.querySelectorAll('thead th') ?? []))
  }
  return found.flatMap(leaves)
}

/** The parts of a picture where they stand in it, and its size. */
export const pictureParts = (
  element: HTMLElement,
): { readonly parts: readonly PicturePart[]; readonly width: number; readonly height: number } => {
  const origin = element.getBoundingClientRect()
  const place = (each: Element): Part => {
    const { left, top, width, height } = boxOf(each)
    return { x: left - origin.left, y: top - origin.top, width, height, onScreen: height }
  }
  const plots = plotsIn(element)
  const drawn = plots.map((plot): PicturePart =>
    plot instanceof HTMLCanvasElement
      ? { ...place(plot), kind: 'canvas', canvas: plot }
      : { ...place(plot), kind: 'chart', chart: plot },
  )
  const texts = [...new Set(plots.flatMap((plot) => textsOf(plot, element)))].filter(isShown)
  const written = texts.flatMap((text): readonly PicturePart[] => {
    const words = seenText(text)
    if (words === '') return []
    const isBold = /^H\d$/.test(text.tagName)
    const at = place(text)
    const lines = linesWithin(words, at.width, isBold)
    return [{ ...at, height: Math.max(at.height, lines.length * lineHeight), kind: 'text', lines, isBold }]
  })
  return layOut([...drawn, ...written])
}

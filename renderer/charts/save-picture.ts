/** Plots as a picture: what their canvases show, with their titles and what kind of truth they are, on the ground of the theme. */

export type PictureKind = 'png' | 'svg'

interface Placed {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}
interface Drawn {
  readonly canvases: readonly (Placed & { readonly href: string })[]
  readonly texts: readonly (Placed & { readonly text: string; readonly isBold: boolean })[]
  readonly width: number
  readonly height: number
  readonly ground: string
  readonly ink: string
}

const margin = 8
const lineHeight = 16

const gather = (element: HTMLElement, lines: readonly string[]): Drawn => {
  const box = element.getBoundingClientRect()
  const place = (each: Element): Placed => {
    const own = each.getBoundingClientRect()
    return { x: own.left - box.left + margin, y: own.top - box.top + margin, width: own.width, height: own.height }
  }
  const canvases = [...element.querySelectorAll('canvas')].filter(({ width, height }) => width > 0 && height > 0)
  const heads = [...element.querySelectorAll('.strip-head h2, .strip-head > span, .track-names li > span:first-child')]
  const style = getComputedStyle(element)
  const below = box.height + margin * 2
  return {
    canvases: canvases.map((canvas) => ({ ...place(canvas), href: canvas.toDataURL('image/png') })),
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

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

const svgOf = ({ canvases, texts, width, height, ground, ink }: Drawn): string =>
  [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<rect width="${width}" height="${height}" fill="${escaped(ground)}"/>`,
    ...canvases.map(
      (each) =>
        `<image x="${each.x}" y="${each.y}" width="${each.width}" height="${each.height}" href="${each.href}"/>`,
    ),
    ...texts.map(
      ({ x, y, height: own, text, isBold }) =>
        `<text x="${x}" y="${y + own / 2}" dominant-baseline="middle" font-family="system-ui, sans-serif" font-size="12"${isBold ? ' font-weight="bold"' : ''} fill="${escaped(ink)}">${escaped(text)}</text>`,
    ),
    '</svg>',
  ].join('\n')

const save = (name: string, blob: Blob): void => {
  const url = URL.createObjectURL(blob)
  const anchor = document.createElement('a')
  anchor.href = url
  anchor.download = name
  document.body.append(anchor)
  anchor.click()
  anchor.remove()
  // The download reads the blob after the click; a minute is far beyond what that takes.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}

/** Saves the plots within an element; `lines` stand below them. */
export const savePicture = async (
  element: HTMLElement,
  name: string,
  kind: PictureKind,
  lines: readonly string[],
): Promise<void> => {
  const drawn = gather(element, lines)
  if (kind === 'svg') return save(`${name}.svg`, new Blob([svgOf(drawn)], { type: 'image/svg+xml' }))
  const ratio = window.devicePixelRatio
  const canvas = document.createElement('canvas')
  canvas.width = drawn.width * ratio
  canvas.height = drawn.height * ratio
  const context = canvas.getContext('2d')
  if (context === null) return
  context.scale(ratio, ratio)
  context.fillStyle = drawn.ground
  context.fillRect(0, 0, drawn.width, drawn.height)
  const sources = [...element.querySelectorAll('canvas')].filter(({ width, height }) => width > 0 && height > 0)
  drawn.canvases.forEach(({ x, y, width, height }, at) => {
    const source = sources[at]
    if (source !== undefined) context.drawImage(source, x, y, width, height)
  })
  context.fillStyle = drawn.ink
  context.textBaseline = 'middle'
  for (const { x, y, height, text, isBold } of drawn.texts) {
    context.font = `${isBold ? 'bold ' : ''}12px system-ui, sans-serif`
    context.fillText(text, x, y + height / 2)
  }
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'))
  if (blob !== null) save(`${name}.png`, blob)
}

import type { DrawPdf } from '../../core/acceptance/protocol.ts'
import type { Block } from '../../../shared/acceptance/protocol-document.ts'
import { pdfText } from './pdf-letters.ts'

const margin = 14
const widthMm = 210 - 2 * margin
const bottomMm = 282
const photoMm = { width: 110, height: 80 }

/** Draws a protocol on A4 pages, each with its number and the name of the site. jsPDF is loaded when the first one is made. */
export const drawPdf: DrawPdf = async (blocks, photo) => {
  const [{ jsPDF }, { autoTable }] = await Promise.all([import('jspdf'), import('jspdf-autotable')])
  const doc = new jsPDF()
  let y = 18
  let otherwise = 0
  const plain = (text: string): string => {
    const { text: written, isOtherwise } = pdfText(text)
    if (isOtherwise) otherwise += 1
    return written
  }
  const newPage = (): void => {
    doc.addPage()
    y = 18
  }
  const write = (text: string, size: number, style: 'normal' | 'bold', grey = 0): void => {
    doc.setFontSize(size).setFont('helvetica', style).setTextColor(grey)
    for (const line of doc.splitTextToSize(plain(text), widthMm) as string[]) {
      if (y > bottomMm) newPage()
      doc.text(line, margin, y)
      y += size * 0.46
    }
    y += 1.2
  }
  const table = (
    head: readonly string[] | null,
    rows: readonly (readonly string[])[],
    widths: readonly number[],
  ): void => {
    // A head alone at the foot of a page says nothing.
    if (y > bottomMm - 18) newPage()
    autoTable(doc, {
      startY: y,
      margin: { left: margin, right: margin, bottom: 297 - bottomMm },
      styles: { fontSize: 8, cellPadding: 1.2, overflow: 'linebreak', textColor: 20, lineColor: 200, lineWidth: 0.1 },
      headStyles: { fillColor: [55, 65, 81], textColor: 255 },
      theme: 'grid',
      ...(head === null ? {} : { head: [head.map(plain)] }),
      body: rows.map((row) => row.map(plain)),
      columnStyles: Object.fromEntries(widths.map((cellWidth, index) => [index, { cellWidth }])),
      didParseCell: ({ cell, section }) => {
        if (section === 'body' && cell.raw === 'FAIL')
          Object.assign(cell.styles, { fontStyle: 'bold', textColor: [176, 20, 20] })
      },
    })
    y = (doc as unknown as { lastAutoTable: { finalY: number } }).lastAutoTable.finalY + 4
  }
  const picture = (block: Extract<Block, { kind: 'photo' }>): void => {
    const kept = photo(block.photoId)
    const format = kept?.mediaType === 'image/png' ? 'PNG' : kept?.mediaType === 'image/jpeg' ? 'JPEG' : null
    if (kept === null || format === null) {
      write(
        `Photo: ${block.caption}${kept === null ? ' (not kept any more)' : ' (beside this file: a PDF holds no WebP)'}`,
        8,
        'normal',
        60,
      )
      return
    }
    try {
      const { width, height } = doc.getImageProperties(kept.bytes)
      const scale = Math.min(photoMm.width / width, photoMm.height / height)
      if (y + height * scale + 8 > bottomMm) newPage()
      doc.addImage(kept.bytes, format, margin, y, width * scale, height * scale)
      y += height * scale + 4
      write(block.caption, 7, 'normal', 60)
    } catch (error) {
      write(
        `Photo: ${block.caption} (it can't be drawn here: ${String(error)}; it lies beside this file)`,
        8,
        'normal',
        60,
      )
    }
  }
  const draw = (block: Block): void => {
    switch (block.kind) {
      case 'title':
        write(block.text, 17, 'bold')
        y += 1
        return
      case 'heading':
        if (y > bottomMm - 22) newPage()
        y += 3
        write(block.text, 11, 'bold')
        return
      case 'text':
        write(block.text, 9, 'normal')
        return
      case 'strong':
        write(block.text, 9.5, 'bold')
        return
      case 'small':
        write(block.text, 7.5, 'normal', 60)
        return
      case 'facts':
        table(null, block.rows, [48, widthMm - 48])
        return
      case 'table':
        table(block.head, block.rows, block.widths ?? [])
        return
      case 'photo':
        picture(block)
    }
  }
  for (const block of blocks) draw(block)
  if (otherwise > 0)
    write(
      'This PDF has Western European letters only: names and remarks in others are written in these, or as "?" where there is none. The page protocol.html beside it has everything as it was typed.',
      7.5,
      'normal',
      60,
    )
  const [title] = blocks
  const pages = doc.getNumberOfPages()
  for (let page = 1; page <= pages; page += 1) {
    doc.setPage(page).setFontSize(8).setFont('helvetica', 'normal').setTextColor(90)
    doc.text(plain(title !== undefined && 'text' in title ? title.text : ''), margin, 291)
    doc.text(`Page ${page} of ${pages}`, 210 - margin, 291, { align: 'right' })
  }
  return new Uint8Array(doc.output('arraybuffer'))
}

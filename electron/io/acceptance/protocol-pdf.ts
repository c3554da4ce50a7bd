import type { jsPDF } from 'jspdf'
import type { autoTable as AutoTableFunction } from 'jspdf-autotable'
import type { DrawPdf } from '../../core/acceptance/protocol.ts'
import type { Block } from '../../../shared/acceptance/protocol-document.ts'
import { pdfText } from './pdf-letters.ts'

type AutoTable = typeof AutoTableFunction

const margin = 14
const widthMm = 210 - 2 * margin
const topMm = 18
const bottomMm = 282
const photoMm = { width: 110, height: 80 }

type Photo = Extract<Block, { kind: 'photo' }>

/** Writes from the top of a page to its foot, and goes on with the next. */
const createPen = (doc: jsPDF, autoTable: AutoTable) => {
  let y = topMm
  let otherwise = 0
  /** In letters that the PDF has. */
  const plain = (text: string): string => {
    const { text: written, isOtherwise } = pdfText(text)
    if (isOtherwise) otherwise += 1
    return written
  }
  /** A new page unless so much room is left on this one. */
  const needRoom = (mm: number): void => {
    if (y <= bottomMm - mm) return
    doc.addPage()
    y = topMm
  }
  return {
    plain,
    needRoom,
    /** Texts that are written in other letters than they were typed. */
    otherwise: (): number => otherwise,
    skip: (mm: number): void => {
      y += mm
    },
    write: (text: string, size: number, style: 'normal' | 'bold', grey = 0): void => {
      doc.setFontSize(size).setFont('helvetica', style).setTextColor(grey)
      for (const line of doc.splitTextToSize(plain(text), widthMm) as string[]) {
        needRoom(0)
        doc.text(line, margin, y)
        y += size * 0.46
      }
      y += 1.2
    },
    table: (head: readonly string[] | null, rows: readonly (readonly string[])[], widths: readonly number[]): void => {
      // A head alone at the foot of a page says nothing.
      needRoom(18)
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
    },
    /** Throws where the bytes are no picture it can draw. */
    image: (bytes: Uint8Array, format: 'PNG' | 'JPEG'): void => {
      const { width, height } = doc.getImageProperties(bytes)
      const scale = Math.min(photoMm.width / width, photoMm.height / height)
      needRoom(height * scale + 8)
      doc.addImage(bytes, format, margin, y, width * scale, height * scale)
      y += height * scale + 4
    },
  }
}
type Pen = ReturnType<typeof createPen>

const drawPhoto = ({ write, image }: Pen, { photoId, caption }: Photo, photo: Parameters<DrawPdf>[1]): void => {
  const instead = (why: string): void => write(`Photo: ${caption} (${why})`, 8, 'normal', 60)
  const kept = photo(photoId)
  if (kept === null) return instead('not kept any more')
  const format = kept.mediaType === 'image/png' ? 'PNG' : kept.mediaType === 'image/jpeg' ? 'JPEG' : null
  if (format === null) return instead('beside this file: a PDF holds no WebP')
  try {
    image(kept.bytes, format)
    write(caption, 7, 'normal', 60)
  } catch (error) {
    instead(`it can't be drawn here: ${String(error)}; it lies beside this file`)
  }
}

const drawBlock = (pen: Pen, block: Block, photo: Parameters<DrawPdf>[1]): void => {
  const { write, table, needRoom, skip } = pen
  switch (block.kind) {
    case 'title':
      write(block.text, 17, 'bold')
      return skip(1)
    case 'heading':
      needRoom(22)
      skip(3)
      return write(block.text, 11, 'bold')
    case 'text':
      return write(block.text, 9, 'normal')
    case 'strong':
      return write(block.text, 9.5, 'bold')
    case 'small':
      return write(block.text, 7.5, 'normal', 60)
    case 'facts':
      return table(null, block.rows, [48, widthMm - 48])
    case 'table':
      return table(block.head, block.rows, block.widths ?? [])
    case 'photo':
      return drawPhoto(pen, block, photo)
  }
}

const numberPages = (doc: jsPDF, title: string): void => {
  const pages = doc.getNumberOfPages()
  for (let page = 1; page <= pages; page += 1) {
    doc.setPage(page).setFontSize(8).setFont('helvetica', 'normal').setTextColor(90)
    doc.text(title, margin, 291)
    doc.text(`Page ${page} of ${pages}`, 210 - margin, 291, { align: 'right' })
  }
}

/** Draws a protocol on A4 pages, each with its number and the name of the site. jsPDF is loaded when the first one is made. */
export const drawPdf: DrawPdf = async (blocks, photo) => {
  const [{ jsPDF }, { autoTable }] = await Promise.all([import('jspdf'), import('jspdf-autotable')])
  const doc = new jsPDF()
  const pen = createPen(doc, autoTable)
  for (const block of blocks) drawBlock(pen, block, photo)
  if (pen.otherwise() > 0)
    pen.write(
      'This PDF has Western European letters only: names and remarks in others are written in these, or as "?" where there is none. The page protocol.html beside it has everything as it was typed.',
      7.5,
      'normal',
      60,
    )
  const [title] = blocks
  numberPages(doc, pen.plain(title !== undefined && 'text' in title ? title.text : ''))
  return new Uint8Array(doc.output('arraybuffer'))
}

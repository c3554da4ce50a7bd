import { parseDocument, type Document } from 'yaml'
import { commonLines } from './common-lines.ts'

/** More lines than an edit or a writer's own habits make other ones; beyond that the text is laid out anew. */
const mostLines = 600
const squeezed = (line: string): string => line.replaceAll(/\s+/g, '')

/** Lines as a person wrote them, and where the printer has the same: one for one, or a few that it lays out otherwise. */
interface Block {
  readonly own: readonly string[]
  readonly from: number
  readonly count: number
}

const blocksOf = (own: readonly string[], plain: readonly string[]): readonly Block[] | null => {
  const same = commonLines(own.map(squeezed), plain.map(squeezed), mostLines)
  if (same === null) return null
  const blocks: Block[] = []
  let [at, from] = [0, 0]
  for (const [ownAt, plainAt] of [...same, [own.length, plain.length] as const]) {
    if (at < ownAt || from < plainAt) blocks.push({ own: own.slice(at, ownAt), from, count: plainAt - from })
    if (ownAt < own.length) blocks.push({ own: own.slice(ownAt, ownAt + 1), from: plainAt, count: 1 })
    ;[at, from] = [ownAt + 1, plainAt + 1]
  }
  return blocks
}

/**
 * The lines of a person where an edit left them alone: what the printer lays out otherwise (spaces before a comment, empty lines) stays
 * as it was written. `plain` and `edited` are the printer's text before and after the edit. null: too little is common.
 */
const withOwnLines = (written: string, plain: string, edited: string): string | null => {
  const [before, after] = [plain.split('\n'), edited.split('\n')]
  const kept = commonLines(before, after, mostLines)
  const blocks = blocksOf(written.split('\n'), before)
  if (kept === null || blocks === null) return null
  const afterAt = new Map(kept)
  const lines: string[] = []
  let done = 0
  for (const { own, from, count } of blocks) {
    const at = count === 0 ? done : afterAt.get(from)
    if (at === undefined) continue
    const isKept = Array.from({ length: count }, (_, index) => afterAt.get(from + index)).every(
      (to, index) => to === at + index,
    )
    if (!isKept) continue
    lines.push(...after.slice(done, at), ...own)
    done = at + count
  }
  return [...lines, ...after.slice(done)].join('\n')
}

/**
 * A YAML text with an edit of its document: lines that say the same afterwards stay as they were written, with their comments and their
 * line ends. `edit` changes the document in place. A text that is no YAML is for `edit` to refuse: it can't be printed.
 */
export const editText = (text: string, edit: (document: Document) => void): string => {
  const written = text.replaceAll('\r\n', '\n')
  const document = parseDocument(written)
  const plain = document.errors.length > 0 ? written : document.toString({ lineWidth: 0 })
  edit(document)
  const edited = document.toString({ lineWidth: 0 })
  const withEnds = (result: string): string => (text.includes('\r\n') ? result.replaceAll('\n', '\r\n') : result)
  if (edited === plain) return text
  if (plain === written) return withEnds(edited)
  const own = withOwnLines(written, plain, edited)
  if (own === null) return withEnds(edited)
  // Lines of two layouts beside each other must still say what the edited document says.
  const again = parseDocument(own)
  const isSame = again.errors.length === 0 && JSON.stringify(again.toJS()) === JSON.stringify(document.toJS())
  return withEnds(isSame ? own : edited)
}

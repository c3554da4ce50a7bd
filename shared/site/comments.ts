import { Lexer } from 'yaml'

/** A piece of YAML source: a comment, or anything else. Joined they are the text again. */
interface Piece {
  readonly text: string
  readonly isComment: boolean
}

/** Marks of the lexer that are no part of the text (yaml, cst.ts): document, flow error and scalar. */
const marks: readonly string[] = ['\u0002', '\u0018', '\u001f']

/** Cuts a text by YAML's own rules, so that a # inside a text is none; text that is no YAML is cut as well as it can be. */
const piecesOf = (text: string): readonly Piece[] => {
  const pieces: Piece[] = []
  let scalarNext = false
  for (const token of new Lexer().lex(text)) {
    if (marks.includes(token)) {
      scalarNext = token === '\u001f'
      continue
    }
    pieces.push({ text: token, isComment: token.startsWith('#') && !scalarNext })
    scalarNext = false
  }
  return pieces
}

/** The text without its comments; a line that held nothing else goes with its comment. */
export const withoutComments = (text: string): { readonly text: string; readonly count: number } => {
  const pieces = piecesOf(text)
  const count = pieces.filter(({ isComment }) => isComment).length
  if (count === 0) return { text, count }
  // Marked first: which lines were only a comment shows when all is put together again.
  const gone = '\u0000'
  const marked = pieces.map((piece) => (piece.isComment ? gone : piece.text)).join('')
  const lines = marked.split('\n').flatMap((line) => {
    if (!line.includes(gone)) return [line]
    const rest = line.replaceAll(gone, '').trimEnd()
    return rest === '' ? [] : [rest + (line.endsWith('\r') ? '\r' : '')]
  })
  return { text: lines.join('\n'), count }
}

/** Replaces whole comments: `judge` sees each run of comments that follow each other, and gives null to leave it. */
export const replaceComments = (
  text: string,
  judge: (comment: string) => string | null,
): { readonly text: string; readonly count: number } => {
  const pieces = piecesOf(text)
  let count = 0
  const judged = new Map<number, string>()
  for (let index = 0; index < pieces.length; index += 1) {
    if (!pieces[index]?.isComment) continue
    const run = [index]
    let next = index + 1
    // Comments on lines of their own, one below the other, are one thought: "# password" and "# hunter2".
    while (next < pieces.length && (pieces[next]?.isComment === true || /^\s+$/.test(pieces[next]?.text ?? 'x'))) {
      if (pieces[next]?.isComment) run.push(next)
      next += 1
    }
    const replacement = judge(run.map((piece) => pieces[piece]?.text ?? '').join('\n'))
    if (replacement !== null)
      for (const piece of run) {
        judged.set(piece, replacement)
        count += 1
      }
    index = run.at(-1) ?? index
  }
  return { text: pieces.map((piece, index) => judged.get(index) ?? piece.text).join(''), count }
}

import { own } from '../../../shared/own.ts'

/** What the fonts of a PDF without embedded ones lack, in letters they have. Signs first, then alphabets. */
const signs: Readonly<Record<string, string>> = {
  '−': '-',
  '–': '-',
  '—': '-',
  '‑': '-',
  '‘': "'",
  '’': "'",
  '“': '"',
  '”': '"',
  '„': '"',
  '…': '...',
  '•': '-',
  '→': '->',
  '≤': '<=',
  '≥': '>=',
  '≈': '~',
  '€': 'EUR',
  Ω: 'Ohm',
  '\u03bc': 'µ',
  '\u2009': ' ',
  '\u202f': ' ',
  '\t': ' ',
}

const pairs = (from: string, to: string): readonly (readonly [string, string])[] => {
  const latin = to.split(' ')
  return [...from].map((letter, index) => [letter, latin[index] ?? ''] as const)
}
/** Latin letters that are no letter with a mark, Cyrillic (ISO 9 without its marks, as passports have it) and Greek (ELOT 743). */
const lower: readonly (readonly [string, string])[] = [
  ...pairs('łđħıŋœŧəẞ', 'l d h i n oe t e SS'),
  ...pairs(
    'абвгдеёжзийклмнопрстуфхцчшщъыьэюя',
    'a b v g d e e zh z i i k l m n o p r s t u f kh ts ch sh shch  y  e iu ia',
  ),
  ...pairs('іїєґђћљњџјўѓќ', 'i i ie g dj c lj nj dz j u g k'),
  ...pairs('αβγδεζηθικλμνξοπρσςτυφχψω', 'a v g d e z i th i k l m n x o p r s s t y f ch ps o'),
]
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
const letters: ReadonlyMap<string, string> = new Map([
  ...lower.map(([letter, latin]) => [letter.toUpperCase(), capital(latin)] as const),
  ...lower,
  ...Object.entries(signs),
])

const isKnown = (letter: string): boolean => /^[\n\u0020-\u007e\u00a0-\u00ff]$/.test(letter)

/** Of one letter; null: there is nothing like it. */
const writtenAs = (letter: string): string | null => {
  if (isKnown(letter)) return letter
  const known = letters.get(letter)
  if (known !== undefined) return known
  // A letter with a mark of its own: š is an s here.
  const bare = letter.normalize('NFD').replaceAll(/\p{M}/gu, '')
  if (bare === '') return ''
  const base = letters.get(bare) ?? bare
  return [...base].every(isKnown) && bare !== letter ? base : null
}

export interface PdfText {
  readonly text: string
  /** Letters of it were written by others, or as "?". Signs that only look otherwise do not count. */
  readonly isOtherwise: boolean
}

/** A text in Latin-1, which is all these fonts know; names in other letters are written as a passport would. */
export const pdfText = (text: string): PdfText => {
  let isOtherwise = false
  const written = [...text.normalize('NFC').replaceAll('\r\n', '\n')].map((letter) => {
    const as = writtenAs(letter)
    if (as !== letter && own(signs, letter) === undefined && /[\p{L}\p{N}\p{S}]/u.test(letter)) isOtherwise = true
    return as ?? (/\p{C}|\p{Z}/u.test(letter) ? ' ' : '?')
  })
  return { text: written.join(''), isOtherwise }
}

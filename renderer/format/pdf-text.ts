import { own } from '../../shared/own.ts'

/** Letters outside of Western Europe that are no letter with a mark. */
const otherLetters: Readonly<Record<string, string>> = {
  Ł: 'L',
  ł: 'l',
  Đ: 'D',
  đ: 'd',
  ı: 'i',
  Ħ: 'H',
  ħ: 'h',
  '−': '-',
  '–': '-',
  '’': "'",
  '‘': "'",
  '“': '"',
  '”': '"',
  '\u202f': ' ',
  '≤': '<=',
  '≥': '>=',
  Ω: 'ohm',
  '√': 'root ',
  '…': '...',
}
/** The fonts of a PDF know the letters of Western Europe only: others lose their mark, and what has no such letter is a question mark. */
export const plain = (text: string): string =>
  text.replace(/[^\n\u0020-\u007e\u00a0-\u00ff]/gu, (letter) => {
    const base = own(otherLetters, letter) ?? letter.normalize('NFKD').replace(/\p{M}/gu, '')
    return /^[\u0020-\u007e\u00a0-\u00ff]*$/.test(base) ? base : '?'
  })

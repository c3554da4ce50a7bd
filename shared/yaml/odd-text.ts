/** Spaces that look like a space and are none to a reader of YAML: copied from a web page or a word processor. */
const oddSpaces = /[\u00A0\u2000-\u200A\u202F\u205F\u3000]/g

/** Offsets of such spaces, the first few. */
export const oddSpacesIn = (text: string, most: number): readonly number[] =>
  [...text.matchAll(oddSpaces)].slice(0, most).map(({ index }) => index)

/** A dash or bullet where '- ' is meant, as word processors make it. */
const oddDashes = /^[ ]*([\u2010-\u2015\u2022\u2212*\u00B7])[ \u00A0]/gm

/** Offsets of such signs at the beginning of a line, the first few. */
export const oddDashesIn = (text: string, most: number): readonly { offset: number; sign: string }[] =>
  [...text.matchAll(oddDashes)]
    .slice(0, most)
    .map(({ 0: whole, 1: sign = '', index }) => ({ offset: index + whole.indexOf(sign), sign }))

const utf8 = 'save it as UTF-8'

/** Why a text is none that can be read here: the bytes of another encoding, or lines that end as nothing else reads them; null where it is one. */
export const notTextIn = (text: string): { readonly message: string; readonly remedy: string } | null => {
  const nuls = (text.slice(0, 4096).match(/\0/g) ?? []).length
  if (nuls > 8 && nuls > text.slice(0, 4096).length / 4)
    return { message: "the file is UTF-16 text (what Windows calls 'Unicode'), not UTF-8", remedy: utf8 }
  if (text.includes('\0'))
    return {
      message: 'a NUL character stands in the file, so it is not UTF-8 text',
      remedy: 'write it anew as UTF-8 text',
    }
  if (text.includes('\uFFFD')) return { message: 'the file is not UTF-8 text', remedy: utf8 }
  if (text.includes('\r') && !text.includes('\n'))
    return {
      message: 'its lines end with a carriage return alone, as old programs for the Mac write them',
      remedy: 'save it with line ends of Unix (LF) or Windows (CRLF)',
    }
  return null
}

/** A file written by hand has a handful of brackets inside each other. */
const deepest = 64

/** Where brackets stand in each other more often than a person writes them; null where they do not. Quotes and comments are passed over. */
export const tooDeepAt = (text: string): number | null => {
  let depth = 0
  let quote = ''
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at)
    if (quote !== '') {
      if (character === quote || character === '\n') quote = ''
    } else if (character === "'" || character === '"') quote = character
    else if (character === '#' && /^$|\s/.test(text.charAt(at - 1))) {
      const end = text.indexOf('\n', at)
      if (end < 0) return null
      at = end
    } else if (character === '[' || character === '{') {
      depth += 1
      if (depth > deepest) return at
    } else if (character === ']' || character === '}') depth -= 1
  }
  return null
}

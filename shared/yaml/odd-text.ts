/** Spaces that look like a space and are none to a reader of YAML: copied from a web page or a word processor. */
const oddSpaces = /[\u00A0\u2000-\u200A\u202F\u205F\u3000]/g

/** Offsets of such spaces, the first few. */
export const oddSpacesIn = (text: string, most: number): readonly number[] =>
  [...text.matchAll(oddSpaces)].slice(0, most).map(({ index }) => index)

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

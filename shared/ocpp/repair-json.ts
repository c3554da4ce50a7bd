/** Where a string of JSON that begins at `from` (its quote) ends, behind its closing quote; the end of the text where it never does. */
const endOfString = (text: string, from: number): number => {
  for (let at = from + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1
    else if (text[at] === '"') return at + 1
  }
  return text.length
}

const space = /\s*/y
const skipSpace = (text: string, from: number): number => {
  space.lastIndex = from
  return from + (space.exec(text)?.[0].length ?? 0)
}

/**
 * The text without members that have no value, as in `"transactionId":,`, which one maker's chargers send. Nothing else is guessed:
 * what is no JSON afterwards stays none.
 */
export const withoutEmptyMembers = (text: string): string => {
  const kept: string[] = []
  let at = 0
  while (at < text.length) {
    if (text[at] !== '"') {
      kept.push(text[at] ?? '')
      at += 1
      continue
    }
    const end = endOfString(text, at)
    const colon = skipSpace(text, end)
    const behind = text[colon] === ':' ? skipSpace(text, colon + 1) : colon
    const isEmpty = text[colon] === ':' && (text[behind] === ',' || text[behind] === '}')
    if (isEmpty && text[behind] === ',') at = skipSpace(text, behind + 1)
    else if (isEmpty) {
      // The last of its object: the comma before it goes too.
      while (kept.at(-1)?.trim() === '') kept.pop()
      if (kept.at(-1) === ',') kept.pop()
      at = behind
    } else {
      kept.push(text.slice(at, end))
      at = end
    }
  }
  return kept.join('')
}

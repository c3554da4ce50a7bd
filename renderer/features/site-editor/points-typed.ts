/** Points of a maker's curve between the site file, which may hold them as lists, and the text a person types. */

const listText = (points: unknown): string =>
  Array.isArray(points)
    ? points.map((point) => (Array.isArray(point) ? point.join(', ') : String(point))).join('\n')
    : typeof points === 'string'
      ? points
      : ''

/** What was typed, as the site file has it: one text for both curves. Curves written apart stay apart. */
export const textOfPoints = (written: unknown): string => {
  if (typeof written !== 'object' || written === null) return listText(written)
  const { early, late } = written as { readonly early?: unknown; readonly late?: unknown }
  return [early === undefined ? '' : `early:\n${listText(early)}`, late === undefined ? '' : `late:\n${listText(late)}`]
    .filter((part) => part !== '')
    .join('\n')
}

/** "early:" and "late:" on lines of their own part one text into two curves. */
export const pointsOfText = (text: string): string | { readonly early?: string; readonly late?: string } => {
  const parts = text.split(/^[ \t]*(early|late)[ \t]*:[ \t]*$/im)
  if (parts.length === 1) return text
  const found: { early?: string; late?: string } = {}
  for (let at = 1; at + 1 < parts.length; at += 2)
    found[parts[at]?.toLowerCase() === 'late' ? 'late' : 'early'] = (parts[at + 1] ?? '').trim()
  return found
}

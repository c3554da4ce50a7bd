/** Steps of typing between two words: letters changed, added, dropped, or two neighbours swapped. */
const distance = (a: string, b: string): number => {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, index) => index)]
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const above = rows[i - 1] as number[]
      let best = Math.min(
        (above[j] as number) + 1,
        (row[j - 1] as number) + 1,
        (above[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1),
      )
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, ((rows[i - 2] as number[])[j - 2] as number) + 1)
      row.push(best)
    }
    rows.push(row)
  }
  return (rows[a.length] as number[])[b.length] as number
}

const plain = (word: string): string =>
  word
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '')

/** The word meant by a mistyped one, or null where none is close: at most a third of its letters may differ. */
export const nearest = (word: string, candidates: readonly string[]): string | null => {
  const wanted = plain(word).slice(0, 64)
  if (wanted === '') return null
  const found = candidates
    .map((candidate) => ({ candidate, steps: distance(wanted, plain(candidate)) }))
    .sort((a, b) => a.steps - b.steps)[0]
  if (found === undefined) return null
  if (found.steps <= Math.max(1, Math.floor(wanted.length / 3))) return found.candidate
  // sdm630 for eastron-sdm630
  const part = candidates.filter((candidate) => wanted.length >= 4 && plain(candidate).includes(wanted))
  return part.length === 1 ? (part[0] ?? null) : null
}

export const didYouMean = (word: string, candidates: readonly string[]): string | null => {
  const near = nearest(word, candidates)
  return near === null ? null : `did you mean '${near}'?`
}

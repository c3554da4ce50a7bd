/** Says whether something may be told now: what was told already is not told again for a while. Bounded. */
export const createToldOnce = (nowMs: () => number, againMs: number, most = 500) => {
  const told = new Map<string, number>()
  return (key: string): boolean => {
    const at = nowMs()
    const before = told.get(key)
    if (before !== undefined && at - before < againMs) return false
    told.delete(key)
    told.set(key, at)
    const [oldest] = told.keys()
    if (told.size > most && oldest !== undefined) told.delete(oldest)
    return true
  }
}

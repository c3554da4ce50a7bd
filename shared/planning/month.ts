/** "2026-11" by the calendar of a zone, for what is billed by the month; an unknown zone is UTC. */
export const createMonthOf = (timezone: string): ((atMs: number) => string) => {
  const format = (timeZone: string) => new Intl.DateTimeFormat('sv-SE', { timeZone, year: 'numeric', month: '2-digit' })
  try {
    const zoned = format(timezone)
    return (atMs) => zoned.format(atMs)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    const utc = format('UTC')
    return (atMs) => utc.format(atMs)
  }
}

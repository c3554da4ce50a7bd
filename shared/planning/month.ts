const formatOf = (timezone: string): Intl.DateTimeFormat => {
  const format = (timeZone: string) => new Intl.DateTimeFormat('sv-SE', { timeZone, year: 'numeric', month: '2-digit' })
  try {
    return format(timezone)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return format('UTC')
  }
}

/** "2026-11" by the calendar of a zone, for what is billed by the month; an unknown zone is UTC. */
export const createMonthOf = (timezone: string): ((atMs: number) => string) => {
  // Made when first asked for: a formatter costs more than a whole decision, and a site without a billed demand never needs one.
  let made: Intl.DateTimeFormat | null = null
  return (atMs) => (made ??= formatOf(timezone)).format(atMs)
}

/** Times as the site's clock shows them, for sentences that are kept. An unknown zone is UTC, and says so. */
export const siteClock = (timezone: string): ((atMs: number) => string) => {
  const format = (zone: string) =>
    new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
    })
  try {
    const clock = format(timezone)
    return (atMs) => clock.format(atMs)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    const clock = format('UTC')
    return (atMs) => `${clock.format(atMs)} UTC`
  }
}

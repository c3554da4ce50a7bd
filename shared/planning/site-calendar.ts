/** The time of day and the kind of day by a site's zone, for tariffs; an unknown zone is UTC. */
export const siteCalendar = (
  timezone: string,
): { readonly minuteOf: (atMs: number) => number; readonly isWeekend: (atMs: number) => boolean } => {
  const make = (timeZone: string) => ({
    clock: new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
    day: new Intl.DateTimeFormat('en-GB', { timeZone, weekday: 'short' }),
  })
  const formats = (): ReturnType<typeof make> => {
    try {
      return make(timezone)
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      return make('UTC')
    }
  }
  const { clock, day } = formats()
  return {
    minuteOf: (atMs) => {
      const [hours = 0, minutes = 0] = clock.format(atMs).split(':').map(Number)
      return hours * 60 + minutes
    },
    isWeekend: (atMs) => ['Sat', 'Sun'].includes(day.format(atMs)),
  }
}

import type { Site, SiteCharger } from '../../shared/site/site.ts'

export interface Leaving {
  readonly message: string
  readonly detail: string
  /** The button that does it. */
  readonly go: string
}

/** Named one by one; beyond that by number. */
const mostNamed = 6

const named = (chargers: readonly SiteCharger[]): string =>
  chargers.length > mostNamed ? `${chargers.length} chargers` : chargers.map(({ id, name }) => name ?? id).join(', ')

/** "CP1, CP2 to 6 A; CP3 paused": where each charger is led to. */
const fallbacks = (chargers: readonly SiteCharger[]): string => {
  const amounts = [...new Set(chargers.map(({ fallback }) => fallback))].sort((a, b) => b - a)
  return amounts
    .map((fallbackA) => {
      const who = named(chargers.filter((charger) => charger.fallback === fallbackA))
      return fallbackA === 0 ? `${who} paused` : `${who} to ${fallbackA} A`
    })
    .join('; ')
}

/** What happens to each charger, by site where there are several. */
const ledTo = (sites: readonly Site[]): string =>
  sites
    .map(({ name, chargers }) => `${sites.length === 1 ? '' : `at ${name} `}${fallbacks(chargers) || 'there are none'}`)
    .join('; ')

/** What a person is asked who ends the program, or closes a site, while control is armed at these. `act`: "Closing Tripscope". */
export const leavingWords = (act: string, sites: readonly Site[], go: string): Leaving => ({
  message: `Control is armed at ${sites.map(({ name }) => name).join(' and at ')}.`,
  detail:
    `${act} ends load control there. The chargers are led to their fallback first: ${ledTo(sites)}. ` +
    'After that nobody limits them but their own settings, and measuring, alarms and the record end too.',
  go,
})

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

/** What a person is asked who ends the program, or opens another site, while control is armed. `act`: "Closing Tripscope". */
export const leavingWords = (act: string, site: Site, go: string): Leaving => ({
  message: `Control is armed at ${site.name}.`,
  detail:
    `${act} ends load control there. The chargers are led to their fallback first: ${fallbacks(site.chargers) || 'there are none'}. ` +
    'After that nobody limits them but their own settings, and measuring, alarms and the record end too.',
  go,
})

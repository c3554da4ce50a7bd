import { didYouMean } from '../yaml/near.ts'
import type { SiteAccount } from './accounts-schema.ts'
import type { Site } from './site.ts'
import { siteError, siteWarning, type SiteFinding } from './site-finding.ts'

/** One meter or charger that an account counts, with its place in the file and the circuit it measures or hangs on. */
interface Counted {
  readonly list: 'meters' | 'chargers'
  readonly id: string
  readonly account: SiteAccount
  readonly path: readonly (string | number)[]
  readonly circuit: string | undefined
}

const countedOf = (site: Site): readonly Counted[] =>
  (site.accounts ?? []).flatMap((account, index) =>
    (['meters', 'chargers'] as const).flatMap((list) =>
      account[list].map((id, place) => ({
        ...{ list, id, account },
        path: ['accounts', index, list, place],
        circuit:
          list === 'meters'
            ? site.circuits.find(({ meter }) => meter === id)?.id
            : site.chargers.find((charger) => charger.id === id)?.circuit,
      })),
    ),
  )

const one = { meters: 'meter', chargers: 'charger' } as const

const checkKnown = (site: Site, counted: readonly Counted[]): SiteFinding[] =>
  counted.flatMap(({ list, id, path }) => {
    const ids = site[list].map((entry) => entry.id)
    if (ids.includes(id)) return []
    const all = ids.length === 0 ? `there is none under ${list}` : `there are: ${ids.join(', ')}`
    return [siteError(path, `there is no ${one[list]} '${id}'`, didYouMean(id, ids) ?? all)]
  })

const checkOnce = (counted: readonly Counted[]): SiteFinding[] => {
  const first = new Map<string, Counted>()
  return counted.flatMap((each) => {
    const key = `${each.list} ${each.id}`
    const before = first.get(key)
    if (before === undefined) {
      first.set(key, each)
      return []
    }
    const where = before.account === each.account ? 'twice' : `by the account '${before.account.id}' already`
    return [
      siteError(
        each.path,
        `the ${one[each.list]} '${each.id}' is counted ${where}`,
        'leave it in one account; energy that two share needs a meter for each',
      ),
    ]
  })
}

/** The circuits that feed this one, from itself up. */
const upFrom = (site: Site, circuit: string | undefined): readonly string[] => {
  const way: string[] = []
  for (let at = circuit; at !== undefined && !way.includes(at);) {
    way.push(at)
    const here: string = at
    at = site.circuits.find(({ id }) => id === here)?.parent
  }
  return way
}

const checkBelow = (site: Site, counted: readonly Counted[]): SiteFinding[] => {
  const meters = counted.filter(({ list, circuit }) => list === 'meters' && circuit !== undefined)
  return counted.flatMap((each) => {
    const above = upFrom(site, each.circuit)
    const over = meters.find((meter) => meter.id !== each.id && above.includes(meter.circuit ?? ''))
    if (over === undefined) return []
    const whose = over.account === each.account ? 'this account' : `the account '${over.account.id}'`
    return [
      siteWarning(
        each.path,
        `'${each.id}' lies below the meter '${over.id}', which ${whose} counts: its energy is counted twice`,
        `take '${each.id}' or '${over.id}' out, or count the other circuits below '${over.id}' by meters of their own`,
      ),
    ]
  })
}

const checkPeriods = (account: SiteAccount, index: number): SiteFinding[] =>
  (account.periods ?? []).flatMap(({ name, from, to }, place, all) => [
    ...(from === to
      ? [
          siteError(
            ['accounts', index, 'periods', place, 'to'],
            `'${name}' begins and ends at ${from}`,
            'write 00:00 to 24:00 for the whole day, or leave the period out',
          ),
        ]
      : []),
    ...(all.findIndex((other) => other.name === name) < place
      ? [
          siteError(
            ['accounts', index, 'periods', place, 'name'],
            `there are two periods '${name}'`,
            'give each a name of its own',
          ),
        ]
      : []),
  ])

/** Accounts of the energy report: what they count is there, and is counted once. */
export const checkAccounts = (site: Site): SiteFinding[] => {
  const counted = countedOf(site)
  const accounts = site.accounts ?? []
  const empty = accounts.flatMap(({ id, meters, chargers }, index) =>
    meters.length + chargers.length > 0
      ? []
      : [
          siteWarning(
            ['accounts', index],
            `the account '${id}' counts nothing`,
            'name its meters or chargers by their ids; what no account counts is told as "not attributed" anyhow',
          ),
        ],
  )
  return [
    ...checkKnown(site, counted),
    ...checkOnce(counted),
    ...checkBelow(site, counted),
    ...accounts.flatMap(checkPeriods),
    ...empty,
  ]
}

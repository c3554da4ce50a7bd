import { isThisComputer } from '../scan/same-host.ts'
import type { SiteFeed } from './feed-schema.ts'
import type { Site } from './site.ts'
import { siteError, siteWarning, type SiteFinding } from './site-finding.ts'

const portOf = (feed: SiteFeed): number | null => (feed.kind === 'mqtt' ? null : feed.port)

/** Each feed is an entry of its own: its id, its port, and who can read it. */
export const checkFeeds = (site: Site): SiteFinding[] => {
  const feeds = site.feeds ?? []
  const taken = new Map<string, string>()
  for (const [list, entries] of Object.entries({
    lines: site.lines,
    meters: site.meters,
    circuits: site.circuits,
    chargers: site.chargers,
    waves: site.waves,
  }))
    for (const { id } of entries) taken.set(id, list)
  return feeds.flatMap((feed, index): SiteFinding[] => {
    const before = taken.get(feed.id)
    taken.set(feed.id, `feeds[${index}]`)
    const port = portOf(feed)
    const samePort = feeds.slice(0, index).find((other) => port !== null && portOf(other) === port)
    const isTaken = port !== null && (samePort !== undefined || site.ocpp?.port === port)
    const isOpen = feed.kind !== 'mqtt' && !isThisComputer(feed.host)
    const isClear = feed.kind === 'mqtt' && feed.password !== undefined && feed.url.startsWith('mqtt://')
    return [
      ...(before === undefined
        ? []
        : [
            siteError(
              ['feeds', index, 'id'],
              `the id '${feed.id}' is already used by ${before}`,
              'give each entry of the file its own id',
            ),
          ]),
      ...(isTaken
        ? [
            siteError(
              ['feeds', index, 'port'],
              `port ${port} is already used by ${samePort === undefined ? 'the server for chargers over OCPP' : `the feed '${samePort.id}'`}`,
              'give each feed a port of its own',
            ),
          ]
        : []),
      ...(isOpen
        ? [
            siteWarning(
              ['feeds', index, 'host'],
              `whoever reaches ${feed.host}:${port} can read this site's values, without a password and unencrypted`,
              'keep it in a network of your own systems, or listen on 127.0.0.1; nothing can be written by a feed',
            ),
          ]
        : []),
      ...(isClear
        ? [
            siteWarning(
              ['feeds', index, 'url'],
              `the password of '${feed.id}' goes to the broker unencrypted`,
              "write 'mqtts://' where the broker can do TLS",
            ),
          ]
        : []),
    ]
  })
}

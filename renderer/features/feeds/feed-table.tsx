import type { FeedHealthRow } from '../../../shared/api/feeds-contract.ts'
import { formatNumber, plural } from '../../format/number.ts'
import { routeTo } from '../../state/route.ts'
import { useTimeFormat } from '../../state/site-facts.ts'
import { Dash } from '../../ui/dash.tsx'
import { Mark } from '../../ui/mark.tsx'

const kinds: Readonly<Record<FeedHealthRow['kind'], string>> = {
  openmetrics: 'OpenMetrics page, for Prometheus and others',
  'modbus-tcp': 'Modbus TCP registers, read-only',
  mqtt: 'messages to an MQTT broker',
}

const State = ({ feed }: { readonly feed: FeedHealthRow }) => {
  if (feed.state === 'open') return <Mark kind="normal">{feed.kind === 'mqtt' ? 'connected' : 'open'}</Mark>
  if (feed.state === 'opening') return <Mark kind="unknown">opening …</Mark>
  return <Mark kind="warning">{feed.why}</Mark>
}

/** The feeds of the site file and how each stands. */
export const FeedTable = ({ feeds }: { readonly feeds: readonly FeedHealthRow[] }) => {
  const time = useTimeFormat()
  return (
    <section className="panel table-scroll" aria-label="Feeds" tabIndex={0}>
      <table className="table is-dense">
        <thead>
          <tr>
            <th scope="col">Feed</th>
            <th scope="col">What it is</th>
            <th scope="col">Where</th>
            <th scope="col">State</th>
            <th scope="col" className="num">
              Read or sent
            </th>
            <th scope="col">Last</th>
          </tr>
        </thead>
        <tbody>
          {feeds.map((feed) => (
            <tr key={feed.id}>
              <th scope="row">
                <a href={routeTo('site', feed.id)}>{feed.name}</a>
              </th>
              <td>{kinds[feed.kind]}</td>
              <td>{feed.address}</td>
              <td>
                <State feed={feed} />
              </td>
              <td className="num">
                {formatNumber(feed.served, 0)} times
                {feed.letGo === 0 ? null : (
                  <div className="dim">
                    {plural(feed.letGo, 'reader', 'readers')} let go: more wanted to read at once than have a place
                  </div>
                )}
              </td>
              <td>
                {feed.servedAtMs === null ? (
                  <Dash why="Nobody has read it since the program started" />
                ) : (
                  time.dateTime(feed.servedAtMs)
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

import type { Exchange } from '../../../shared/bus/exchange.ts'
import { formatNumber } from '../../format/number.ts'
import { useTimeFormat } from '../../state/site-facts.ts'
import { Mark } from '../../ui/mark.tsx'
import { Empty } from '../../ui/notice.tsx'
import { askedFor, resultOf } from './exchange-words.ts'
import { Dash } from '../../ui/dash.tsx'

const mostRows = 100
const Ms = ({ value }: { readonly value: number | null }) =>
  value === null ? <Dash why="Not known: there was no reply, or nothing before it" /> : <>{formatNumber(value, 1)}</>

/** The timeline as a table, newest first. */
export const ExchangeTable = ({
  exchanges,
  select,
}: {
  readonly exchanges: readonly Exchange[]
  readonly select: (seq: number) => void
}) => {
  const time = useTimeFormat()
  if (exchanges.length === 0)
    return <Empty title="No exchange in this time">Choose a longer time, or wait for the next poll.</Empty>
  return (
    <div className="table-scroll doctor-frames" tabIndex={0} role="region" aria-label="Exchanges, newest first">
      <table className="table is-dense">
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col" className="num">
              Unit
            </th>
            <th scope="col">Asked</th>
            <th scope="col">Outcome</th>
            <th scope="col" className="num">
              Gap before ms
            </th>
            <th scope="col" className="num">
              Request ms
            </th>
            <th scope="col" className="num">
              Turnaround ms
            </th>
            <th scope="col" className="num">
              Reply ms
            </th>
          </tr>
        </thead>
        <tbody>
          {exchanges
            .slice(-mostRows)
            .reverse()
            .map((exchange) => {
              const { kind, word } = resultOf(exchange)
              return (
                <tr key={exchange.seq}>
                  <th scope="row">
                    <button type="button" className="plain-button" onClick={() => select(exchange.seq)}>
                      {time.clock(exchange.atMs)}.{String(Math.floor(exchange.atMs % 1000)).padStart(3, '0')}
                    </button>
                  </th>
                  <td className="num">{exchange.unit ?? <Dash why="The frame could not be read" />}</td>
                  <td>{askedFor(exchange)}</td>
                  <td>
                    <Mark kind={kind}>
                      {word}
                      {exchange.isEchoed ? ', echoed' : ''}
                      {exchange.noiseBytes > 0 ? `, ${exchange.noiseBytes} stray bytes before` : ''}
                    </Mark>
                  </td>
                  <td className="num">
                    <Ms value={exchange.gapBeforeMs} />
                  </td>
                  <td className="num">
                    <Ms value={exchange.requestEndMs - exchange.startMs} />
                  </td>
                  <td className="num">
                    <Ms value={exchange.turnaroundMs} />
                  </td>
                  <td className="num">
                    <Ms
                      value={
                        exchange.replyStartMs === null || exchange.replyEndMs === null
                          ? null
                          : exchange.replyEndMs - exchange.replyStartMs
                      }
                    />
                  </td>
                </tr>
              )
            })}
        </tbody>
      </table>
    </div>
  )
}

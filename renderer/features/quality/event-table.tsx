import { memo } from 'react'
import type { PowerEvent } from '../../../shared/api/quality-contract.ts'
import { plural } from '../../format/number.ts'
import { useTimeFormat } from '../../state/site-facts.ts'
import { Dash } from '../../ui/dash.tsx'
import { Mark } from '../../ui/mark.tsx'
import { kindWords, shortDepthWords, shortDurationWords } from './quality-words.ts'
import { Truth } from '../../ui/truth.tsx'

/** More rows than a person scrolls through: the filter and the plot find the others. */
const mostShown = 200

/** One row an entry; the depth and the duration are those of its best known member, or their bounds. */
export const EventTable = memo(
  ({
    events,
    chosenId,
    choose,
  }: {
    readonly events: readonly PowerEvent[]
    readonly chosenId: string | null
    readonly choose: (id: string) => void
  }) => {
    const time = useTimeFormat()
    return (
      <div className="table-scroll quality-list" tabIndex={0} role="region" aria-label="Voltage events">
        <table className="table is-dense">
          <thead>
            <tr>
              <th scope="col">Began</th>
              <th scope="col">Kind</th>
              <th scope="col">Phases</th>
              <th scope="col">Depth</th>
              <th scope="col">Duration</th>
              <th scope="col">Names</th>
              <th scope="col">Known as</th>
            </tr>
          </thead>
          <tbody>
            {events.slice(0, mostShown).map((event) => {
              const [best] = event.members
              const isSevere = event.names?.itic === 'above' || event.names?.itic === 'below'
              return (
                <tr key={event.id} className={event.id === chosenId ? 'is-chosen' : ''}>
                  <th scope="row" className="nowrap">
                    <button
                      type="button"
                      className="quality-pick"
                      aria-pressed={event.id === chosenId}
                      onClick={() => choose(event.id)}
                    >
                      {time.dateTime(event.fromMs)}
                    </button>
                  </th>
                  <td className="nowrap">
                    <Mark kind={event.kind === 'interruption' || isSevere ? 'critical' : 'warning'}>
                      {kindWords[event.kind]}
                    </Mark>
                  </td>
                  <td>{event.phases.join(' ')}</td>
                  <td>{best === undefined ? '' : shortDepthWords(best, event.direction === 'over')}</td>
                  <td>{best === undefined ? '' : shortDurationWords(best)}</td>
                  <td>
                    {event.names === null ? (
                      <Dash why="Depth and duration are bounds: no name of a standard" />
                    ) : (
                      `${event.names.en50160 ?? 'no cell'}, ${event.names.ieee1159}`
                    )}
                  </td>
                  <td className="nowrap">
                    <Truth kind={event.truth} /> <span className="dim">{plural(event.members.length, 'source')}</span>
                  </td>
                </tr>
              )
            })}
          </tbody>
        </table>
        {events.length > mostShown ? (
          <p className="dim">
            The newest {mostShown} of {events.length} are listed; the plot and the export have all.
          </p>
        ) : null}
      </div>
    )
  },
)
EventTable.displayName = 'EventTable'

import { useTimeFormat } from '../../state/site-facts.ts'
import { plural } from '../../format/number.ts'
import { Mark } from '../../ui/mark.tsx'
import { Notice } from '../../ui/notice.tsx'
import { useExplorer } from './explorer-store.ts'

/** How far the reading is, what it learned, and why it ended. */
export const ReadingStatus = () => {
  const reading = useExplorer((state) => state.reading)
  const mode = useExplorer((state) => state.mode)
  const ended = useExplorer((state) => state.ended)
  const time = useTimeFormat()
  if (ended !== null)
    return (
      <Notice tone="alarm" live title="Not read">
        {ended}
      </Notice>
    )
  if (reading === null) return null
  const holes = reading.cells.filter(({ word }) => word === null).length
  const isBusy = reading.step === 'opening' || reading.step === 'reading'
  return (
    <div className="stack">
      {reading.problem === null ? null : (
        <Notice
          tone="warn"
          live
          title={
            reading.step === 'failed' ? 'The reading ended' : 'The last round failed; the values are of the one before'
          }
        >
          {reading.problem}
        </Notice>
      )}
      <p data-testid="reading-status" role="status">
        {isBusy ? (
          <progress className="explore-bar" max={reading.wanted} value={reading.settled} aria-label="Registers read" />
        ) : null}{' '}
        {reading.where}:{' '}
        {isBusy
          ? `reading, ${String(reading.settled)} of ${plural(reading.wanted, 'register')}`
          : `${plural(reading.cells.length - holes, 'register')} read${holes === 0 ? '' : `, ${plural(holes, 'hole')}`}`}
        {', '}
        {plural(reading.requests, 'request')}
        {reading.atMs === null ? '' : `, ${time.clock(reading.atMs)}`}
        {mode === 'watch' ? (
          <>
            {' '}
            <Mark kind="active">watching, round {reading.round}</Mark>
          </>
        ) : null}
        <span className="dim"> {reading.notes.join('; ')}</span>
      </p>
    </div>
  )
}

export const HabitsPanel = () => {
  const habits = useExplorer((state) => state.habits)
  if (habits === null) return null
  return (
    <section className="panel" aria-label="Habits of the device">
      <h2 role="status">
        {habits.step === 'measuring'
          ? `Measuring, ${plural(habits.requests, 'request')} so far`
          : habits.step === 'failed'
            ? 'Not measured'
            : `Measured with ${plural(habits.requests, 'request')}`}
      </h2>
      {habits.problem === null ? null : <p className="warn">{habits.problem}</p>}
      <dl className="facts">
        {habits.block === null ? null : (
          <>
            <dt>Largest block</dt>
            <dd>{habits.block.words}</dd>
          </>
        )}
        {habits.evenOnly === null ? null : (
          <>
            <dt>Odd counts</dt>
            <dd>{habits.evenOnly.words}</dd>
          </>
        )}
        {habits.turnaround === null ? null : (
          <>
            <dt>Turnaround</dt>
            <dd>
              median {Math.round(habits.turnaround.medianMs)} ms, longest {Math.round(habits.turnaround.longestMs)} ms
              of {plural(habits.turnaround.replies, 'reply', 'replies')}
            </dd>
          </>
        )}
      </dl>
    </section>
  )
}

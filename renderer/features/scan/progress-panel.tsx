import { Button } from '@mantine/core'
import type { ScanState } from '../../../shared/api/scan-contract.ts'
import { formatCountdown } from '../../format/duration.ts'
import { useIntent } from '../../state/intent.ts'
import { useTimeFormat } from '../../state/site-facts.ts'
import { Notice } from '../../ui/notice.tsx'

const phaseText = { idle: 'Not started', running: 'Searching', cancelled: 'Cancelled', ended: 'Finished' } as const

/** What is being tried, how far it is, and how to stop it or go on. */
export const ProgressPanel = ({ state, viewer }: { readonly state: ScanState; readonly viewer: boolean }) => {
  const cancel = useIntent('scan.cancel')
  const resume = useIntent('scan.resume')
  const time = useTimeFormat()
  const isRunning = state.phase === 'running'
  const refused = [cancel.state, resume.state].flatMap((intent) => (intent.step === 'refused' ? [intent.why] : []))
  return (
    <section className="panel stack" aria-label="Progress" data-started={state.startedAtMs ?? ''}>
      <div className="row">
        <h2>
          <span data-testid="scan-phase" role="status">
            {phaseText[state.phase]}
          </span>
        </h2>
        <progress
          className="grow scan-bar"
          max={Math.max(1, state.total)}
          value={state.done}
          aria-label="Progress of the search"
        />
        <span className="num" data-testid="scan-done">
          {state.done} of {state.total} {state.counted}
        </span>
        {isRunning ? (
          <Button
            variant="default"
            disabled={viewer || cancel.state.step === 'sent'}
            onClick={() => void cancel.send({})}
          >
            Cancel
          </Button>
        ) : null}
        {state.phase === 'cancelled' ? (
          <Button disabled={viewer || resume.state.step === 'sent'} onClick={() => void resume.send({})}>
            Go on
          </Button>
        ) : null}
      </div>
      {state.phase === 'ended' ? null : (
        <p className="scan-now">{isRunning ? state.now : 'It goes on where it stopped.'}</p>
      )}
      <p className="dim">
        {state.requests} requests
        {state.idsPerSecond === null || !(state.counted === 'unit ids' || state.counted === 'addresses')
          ? ''
          : `, ${state.idsPerSecond.toFixed(1)} ${state.counted === 'addresses' ? 'addresses' : 'ids'} a second`}
        {isRunning && state.leftMs !== null ? `, about ${formatCountdown(state.leftMs)} left` : ''}
        {state.startedAtMs === null ? '' : `; begun ${time.dateTime(state.startedAtMs)} by ${state.who ?? 'nobody'}`}
        {state.endedAtMs === null ? '' : `, ended ${time.dateTime(state.endedAtMs)}`}
      </p>
      {refused.map((why) => (
        <Notice key={why} tone="alarm" live title="Refused">
          {why}
        </Notice>
      ))}
      {state.notes.length === 0 ? null : (
        <ul className="lines dim">
          {state.notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
    </section>
  )
}

const troubleText = {
  refused: 'refused',
  silent: 'silent',
  failed: 'failed',
  mute: 'nobody answers',
  collision: 'several at once',
} as const

export const Troubles = ({ state }: { readonly state: ScanState }) => {
  if (state.troubles.length === 0) return null
  const counts = Object.entries(troubleText).flatMap(([kind, word]) => {
    const count = state.troubles.filter((trouble) => trouble.kind === kind).length
    return count === 0 ? [] : [`${count} ${word}`]
  })
  return (
    <section className="panel" aria-label="Not found, and why">
      <details open={state.troubles.length <= 8}>
        <summary>
          <strong>Not found, and why</strong>{' '}
          <span className="dim">
            {counts.join(', ')}
            {state.troublesLeftOut === 0 ? '' : `, ${state.troublesLeftOut} more not listed`}
          </span>
        </summary>
        <div className="table-scroll" tabIndex={0} role="region" aria-label="Not found, and why, table">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">Where</th>
                <th scope="col">What</th>
                <th scope="col">Why</th>
              </tr>
            </thead>
            <tbody>
              {state.troubles.map((trouble, index) => (
                <tr key={`${index} ${trouble.where}`}>
                  <th scope="row">{trouble.where}</th>
                  <td className="nowrap">{troubleText[trouble.kind]}</td>
                  <td className="wide">{trouble.problem}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </section>
  )
}

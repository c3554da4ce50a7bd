import { Button, Modal } from '@mantine/core'
import { useState } from 'react'
import type { OwnRecords } from '../../../shared/api/meter-records-contract.ts'
import { errorThatMattersMs } from '../../../shared/meter-records/clock-offset.ts'
import { formatNumber } from '../../format/number.ts'
import { useConnection } from '../../state/connection.ts'
import { useIntent } from '../../state/intent.ts'
import { useSettings } from '../../state/settings.ts'
import { useTimeFormat } from '../../state/site-facts.ts'
import { Dash } from '../../ui/dash.tsx'
import { Mark } from '../../ui/mark.tsx'
import { Notice } from '../../ui/notice.tsx'
import { goodPerson, goodReason, ReasonField, WhoField } from '../../ui/person-fields.tsx'
import { useMeterRecords } from '../../state/meter-records.ts'

const seconds = (ms: number): string => `${formatNumber(Math.abs(ms) / 1000, 1)} s`

type Clock = NonNullable<OwnRecords['clock']>

/** "1.2 s fast", with how far that is known; a dash with the reason where it is not. */
const ErrorCell = ({ clock }: { readonly clock: Clock | null }) => {
  if (clock === null) return <Dash why="This model’s clock is not known here" />
  if (clock.told === null) return <Dash why={clock.problem ?? 'Not read yet'} />
  const { errorMs, uncertaintyMs, isFaulty } = clock.told
  const isOff = isFaulty || Math.abs(errorMs) - uncertaintyMs > errorThatMattersMs
  const words = `${seconds(errorMs)} ${errorMs >= 0 ? 'fast' : 'slow'}, ±${seconds(uncertaintyMs)}`
  return <Mark kind={isOff ? 'warning' : 'normal'}>{isFaulty ? `${words}; it reports a fault` : words}</Mark>
}

const zoneText = ({ told, runsIn }: Clock): string => {
  if (runsIn === 'utc') return 'UTC'
  if (told === null) return '–'
  const hours = told.zoneMinutes / 60
  return `UTC${hours < 0 ? '−' : '+'}${formatNumber(Math.abs(hours), hours % 1 === 0 ? 0 : 2)} h, as it shows`
}

const SetClock = ({ meter, close }: { readonly meter: OwnRecords; readonly close: () => void }) => {
  const [who, setWho] = useState(useSettings.getState().operator)
  const [knowsWho] = useState(() => goodPerson(who))
  const [reason, setReason] = useState('')
  const [done, setDone] = useState<string | null>(null)
  const intent = useIntent('meterRecords.setClock')
  const send = async () => {
    const after = await intent.send({ meterId: meter.meterId, who, reason })
    if (after !== null)
      setDone(`Read back: ${seconds(after.after.errorMs)} off, known to ±${seconds(after.after.uncertaintyMs)}.`)
  }
  return (
    <Modal opened onClose={close} title={`Clock of ${meter.name}`}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          void send()
        }}
      >
        <p>
          This computer’s time is written into the meter, in the time zone the meter shows now, and read back. Records
          the meter has already keep the times they were written with.
        </p>
        <WhoField value={who} onChange={setWho} isFirst={!knowsWho} />
        <ReasonField value={reason} onChange={setReason} isFirst={knowsWho} />
        {intent.state.step === 'refused' ? (
          <Notice tone="alarm" live title="Not set">
            {intent.state.why}
          </Notice>
        ) : null}
        {intent.state.step === 'sent' ? <p role="status">Writing, and reading it back …</p> : null}
        {done === null ? null : (
          <Notice tone="normal" live title="Set">
            {done}
          </Notice>
        )}
        <div className="row">
          <span className="grow" />
          <Button variant="default" onClick={close}>
            {done === null ? 'Cancel' : 'Close'}
          </Button>
          {done === null ? (
            <Button
              type="submit"
              color="control"
              disabled={!goodPerson(who) || !goodReason(reason) || intent.state.step === 'sent'}
            >
              Set its clock
            </Button>
          ) : null}
        </div>
      </form>
    </Modal>
  )
}

const LogCell = ({ meter }: { readonly meter: OwnRecords }) => {
  const time = useTimeFormat()
  if (meter.logs.length === 0) return <Dash why="It keeps no log that is known here" />
  return (
    <ul className="health-remarks">
      {meter.logs.map(({ id, name, taken, readAtMs, problem }) => (
        <li key={id}>
          {name}: {formatNumber(taken, 0)} taken
          {readAtMs === null ? ', not read yet' : `, read ${time.dateTime(readAtMs)}`}
          {problem === null ? null : <div className="warn">Not all of it: {problem}</div>}
        </li>
      ))}
    </ul>
  )
}

const VerdictCell = ({ meter }: { readonly meter: OwnRecords }) => {
  const time = useTimeFormat()
  const { verdict } = meter
  if (verdict === null) return <Dash why="It gives no verdict of its own, or has not judged yet" />
  const counted = verdict.cells.filter(({ count }) => count > 0)
  return (
    <>
      {verdict.result}
      {verdict.atMs === null ? '' : `, ${time.dateTime(verdict.atMs)}`}
      {verdict.failed.length === 0 ? null : <div>failed last: {verdict.failed.join(', ')}</div>}
      {counted.length === 0 ? null : (
        <div className="dim">its counters: {counted.map(({ cell, count }) => `${cell} ${count}`).join(', ')}</div>
      )}
    </>
  )
}

/** Clocks and logs of meters: how far off, what was taken from them, and what they say of the supply themselves. */
export const ClockPanel = () => {
  const meters = useMeterRecords().filter(
    ({ clock, logs, verdict }) => clock !== null || logs.length > 0 || verdict !== null,
  )
  const [setting, setSetting] = useState<string | null>(null)
  const isViewer = useConnection((state) => state.caller?.role !== 'operator')
  const chosen = meters.find(({ meterId }) => meterId === setting)
  if (meters.length === 0) return null
  return (
    <section className="panel table-scroll" aria-label="Clocks and logs of meters" tabIndex={0}>
      <h2>
        Clocks and logs of meters{' '}
        <span className="dim">the meter’s own records, in its clock corrected by its error</span>
      </h2>
      <table className="table is-dense">
        <thead>
          <tr>
            <th scope="col">Meter</th>
            <th scope="col">Clock against this computer’s</th>
            <th scope="col">Runs in</th>
            <th scope="col">Its logs</th>
            <th scope="col">Its own verdict of EN 50160</th>
            <th scope="col">Set</th>
          </tr>
        </thead>
        <tbody>
          {meters.map((meter) => (
            <tr key={meter.meterId}>
              <th scope="row">{meter.name}</th>
              <td>
                <ErrorCell clock={meter.clock} />
              </td>
              <td>
                {meter.clock === null ? <Dash why="This model’s clock is not known here" /> : zoneText(meter.clock)}
              </td>
              <td>
                <LogCell meter={meter} />
              </td>
              <td>
                <VerdictCell meter={meter} />
              </td>
              <td>
                {meter.clock?.isSettable === true ? (
                  <Button variant="default" disabled={isViewer} onClick={() => setSetting(meter.meterId)}>
                    Set clock
                  </Button>
                ) : (
                  <Dash why="How the clock of this model is set is not documented: set it at the meter" />
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {chosen === undefined ? null : <SetClock meter={chosen} close={() => setSetting(null)} />}
    </section>
  )
}

import { Button, Modal } from '@mantine/core'
import { useState } from 'react'
import { isRunning, type Override } from '../../../shared/model/override.ts'
import { conditionText, namesOf, scopeText } from '../../../shared/said/override-words.ts'
import { formatCountdown } from '../../format/duration.ts'
import { formatAmperes, plural } from '../../format/number.ts'
import { useNow } from '../../state/clock.ts'
import { useIntent } from '../../state/intent.ts'
import { useSite } from '../../state/live.ts'
import { useSettings } from '../../state/settings.ts'
import { useTimeFormat } from '../../state/site-facts.ts'
import { Mark } from '../../ui/mark.tsx'
import { Notice } from '../../ui/notice.tsx'
import { goodPerson, goodReason, ReasonField, WhoField } from '../../ui/person-fields.tsx'
import { overrideStateText } from './override-state.ts'
import { Dash } from '../../ui/dash.tsx'

const CancelDialog = ({
  override,
  name,
  close,
}: {
  readonly override: Override
  readonly name: string
  readonly close: () => void
}) => {
  const [who, setWho] = useState(useSettings.getState().operator)
  const [knowsWho] = useState(() => goodPerson(who))
  const [reason, setReason] = useState('')
  const intent = useIntent('override.cancel')
  return (
    <Modal opened onClose={close} title={`End the override of ${name}`}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          void intent.send({ overrideId: override.id, who: who.trim(), reason: reason.trim() }).then((answer) => {
            if (answer !== null) close()
          })
        }}
      >
        <p>{name} goes back to load control now, before its time.</p>
        <WhoField value={who} onChange={setWho} isFirst={!knowsWho} />
        <ReasonField value={reason} onChange={setReason} isFirst={knowsWho} />
        {intent.state.step === 'refused' ? (
          <Notice tone="alarm" live title="Not ended">
            {intent.state.why}
          </Notice>
        ) : null}
        <div className="row">
          <span className="grow" />
          <Button variant="default" onClick={close}>
            Keep it
          </Button>
          <Button
            type="submit"
            color="control"
            disabled={!goodPerson(who) || !goodReason(reason) || intent.state.step === 'sent'}
          >
            End override
          </Button>
        </div>
      </form>
    </Modal>
  )
}

/** Of several chargers: at how many it holds, and at how many another does. */
const holdsText = ({ chargers }: Override): string => {
  const yields = chargers.filter(({ yieldsTo }) => yieldsTo !== null).length
  return yields === 0
    ? `at ${plural(chargers.length, 'charger')}`
    : `at ${chargers.length - yields} of ${plural(chargers.length, 'charger')}, another holds at the rest`
}

/** Overrides that hold, with their end in sight, and those that ended lately. */
export const OverridesTable = ({
  overrides,
  canCancel,
}: {
  readonly overrides: readonly Override[]
  readonly canCancel: boolean
}) => {
  const overview = useSite((state) => state.overview)
  const time = useTimeFormat()
  const now = useNow()
  const [asked, setAsked] = useState<Override | null>(null)
  const names = overview === null ? null : namesOf({ ...overview.site, chargers: overview.chargers })
  const nameOf = ({ scope }: Override) => (names === null ? '' : scopeText(scope, names))
  const sorted = [...overrides].sort(
    (one, other) => Number(isRunning(other)) - Number(isRunning(one)) || other.createdAtMs - one.createdAtMs,
  )
  return (
    <section className="panel table-scroll" aria-label="Overrides" tabIndex={0}>
      <h2>Overrides</h2>
      {sorted.length === 0 ? (
        <p className="dim">None. An override holds a charger, several or a circuit to a limit for a stated time.</p>
      ) : (
        <table className="table">
          <thead>
            <tr>
              <th scope="col">Holds</th>
              <th scope="col">State</th>
              <th scope="col" className="num">
                Asked A
              </th>
              <th scope="col" className="num">
                In force A
              </th>
              <th scope="col">Clamped by</th>
              <th scope="col" className="num">
                Ends in
              </th>
              <th scope="col">Set</th>
              <th scope="col">Reason</th>
              <th scope="col">Actions</th>
            </tr>
          </thead>
          <tbody>
            {sorted.map((override) => {
              const text = overrideStateText(override.state)
              const running = isRunning(override)
              return (
                <tr key={override.id} data-override={override.id}>
                  <th scope="row" className="nowrap">
                    {nameOf(override)}
                    {names === null || override.conditions.length === 0 ? null : (
                      <span className="dim override-while">
                        while {override.conditions.map((condition) => conditionText(condition, names)).join('; ')}
                      </span>
                    )}
                  </th>
                  <td title={text.meaning}>
                    <Mark kind={text.kind}>{text.word}</Mark>
                    {override.why === null ? null : <span className="dim"> {override.why}</span>}
                    {override.chargers.length > 1 ? <span className="dim"> {holdsText(override)}</span> : null}
                  </td>
                  <td className="num">{formatAmperes(override.limitA)}</td>
                  <td className="num">
                    {override.effectiveA === null ? <Dash why="Not decided yet" /> : formatAmperes(override.effectiveA)}
                  </td>
                  <td className="dim">
                    {override.clampedBy === null
                      ? override.effectiveA === null
                        ? 'not decided yet'
                        : 'nothing'
                      : override.clampedBy.detail}
                  </td>
                  <td className="num">
                    {running ? (
                      <strong>{formatCountdown(override.expiresAtMs - now)}</strong>
                    ) : (
                      <span className="dim">
                        ended{override.endedAtMs === null ? '' : ` ${time.near(override.endedAtMs, now)}`}
                      </span>
                    )}
                  </td>
                  <td className="nowrap">
                    {time.near(override.createdAtMs, now)} by {override.who}
                  </td>
                  <td>{override.reason}</td>
                  <td className="no-print">
                    {running ? (
                      <Button
                        size="compact-xs"
                        variant="outline"
                        color="control"
                        disabled={!canCancel}
                        onClick={() => setAsked(override)}
                        aria-label={`End the override of ${nameOf(override)}`}
                      >
                        End
                      </Button>
                    ) : null}
                  </td>
                </tr>
              )
            })}
          </tbody>
        </table>
      )}
      {asked === null ? null : <CancelDialog override={asked} name={nameOf(asked)} close={() => setAsked(null)} />}
    </section>
  )
}

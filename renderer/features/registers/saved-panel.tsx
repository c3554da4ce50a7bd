import { Button, NativeSelect, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { Overview } from '../../../shared/api/site-contract.ts'
import type { Site } from '../../../shared/site/site.ts'
import type { SiteAddition } from '../../../shared/site/site-addition.ts'
import { useIntent } from '../../state/intent.ts'
import { useLive } from '../../state/live.ts'
import { routeTo } from '../../state/route.ts'
import { Notice } from '../../ui/notice.tsx'
import { goodPerson } from '../../ui/person-fields.tsx'
import type { Where } from './where-text.ts'

export interface SavedAnswer {
  readonly id: string
  readonly files: readonly string[]
  readonly backups: readonly string[]
  readonly overridesBuiltIn: boolean
  readonly witnesses: number
  readonly usedBy: readonly string[]
}

const goodId = /^[a-z0-9][a-z0-9._-]{0,62}$/
const takenIds = (site: Site): ReadonlySet<string> =>
  new Set([site.lines, site.meters, site.circuits, site.chargers].flatMap((list) => list.map(({ id }) => id)))

const additionOf = (where: Where, profile: string, meterId: string, name: string, circuitId: string): SiteAddition => {
  const { target, unit } = where
  const lineId = target.kind === 'line' ? target.lineId : `${meterId}-line`
  const line: SiteAddition['line'] =
    target.kind === 'line'
      ? null
      : target.kind === 'network'
        ? { id: lineId, transport: target.framing, host: target.host, port: target.port }
        : {
            id: lineId,
            transport: 'serial',
            path: target.path,
            baud: target.baud,
            parity: target.parity,
            stopBits: target.stopBits,
            localEcho: false,
          }
  return {
    line,
    meter: {
      id: meterId,
      ...(name.trim() === '' ? {} : { name: name.trim() }),
      profile,
      line: lineId,
      unit,
      periodMs: 1000,
      reverse: false,
    },
    circuitId: circuitId === '' ? null : circuitId,
  }
}

/** What was saved and where, and the two ways to use it: a meter that is there, or a new one. */
export const SavedPanel = ({
  answer,
  overview,
  where,
  who,
}: {
  readonly answer: SavedAnswer
  readonly overview: Overview
  readonly where: Where
  /** Who saved it also puts it to use. */ readonly who: string
}) => {
  const { site } = overview
  const here = site.meters.find(
    (meter) =>
      where.target.kind === 'line' &&
      meter.line === where.target.lineId &&
      'unit' in meter &&
      meter.unit === where.unit,
  )
  const [meterId, setMeterId] = useState(answer.usedBy[0] ?? here?.id ?? site.meters[0]?.id ?? '')
  const [newId, setNewId] = useState(`${answer.id}-${String(where.unit)}`)
  const [name, setName] = useState('')
  const [circuitId, setCircuitId] = useState('')
  const [used, setUsed] = useState<string | null>(null)
  const use = useIntent('explore.useProfile')
  const add = useIntent('site.addMeter')
  const control = useLive((state) => state.live?.control)
  const barred =
    control?.readOnly != null
      ? `The site can't be changed here: ${control.readOnly.why}.`
      : control?.mode === 'armed'
        ? 'Load control is armed, and a change opens the site anew. Disarm it first.'
        : null
  const refused = [use.state, add.state].flatMap((state) => (state.step === 'refused' ? [state.why] : []))
  const idProblem = !goodId.test(newId)
    ? 'Lower-case letters, digits, ".", "_" and "-"'
    : takenIds(site).has(newId)
      ? `"${newId}" is used in the site already`
      : null
  const isIdle = barred === null && goodPerson(who) && use.state.step !== 'sent' && add.state.step !== 'sent'
  const free = site.circuits.filter((circuit) => circuit.meter === undefined)
  return (
    <section className="stack" aria-label="Saved profile" data-testid="saved-profile">
      <Notice tone="normal" live title={`Saved as ${answer.id}`}>
        <div className="explore-files">
          {answer.files.join(', ')}
          {answer.backups.length === 0 ? '' : `; the one before is kept as ${answer.backups.join(', ')}`}
        </div>
        <div>
          {answer.overridesBuiltIn ? 'It overrides the built-in profile of the same id. ' : ''}Golden words:{' '}
          {answer.witnesses} confirmed on the display. It is in use once a meter of the site takes it and the site is
          opened anew.
        </div>
      </Notice>
      {used !== null ? (
        <Notice tone="normal" live title={`${used} uses ${answer.id}`}>
          Its values appear as soon as the site is open again: <a href={routeTo('meters', used)}>see the meter</a>.
        </Notice>
      ) : (
        <>
          {barred === null ? null : (
            <Notice tone="warn" title="Not now">
              {barred}
            </Notice>
          )}
          <div className="row explore-fields">
            <NativeSelect
              label="Use it for a meter of the site"
              w={260}
              value={meterId}
              onChange={(event) => setMeterId(event.currentTarget.value)}
              data={site.meters.map((meter) => ({
                value: meter.id,
                label: `${meter.name ?? meter.id} (${meter.profile})`,
              }))}
            />
            <Button
              mt={22}
              disabled={!isIdle || meterId === ''}
              onClick={() => {
                void use.send({ who: who.trim(), profileId: answer.id, meterId }).then((done) => {
                  if (done !== null) setUsed(done.meterId)
                })
              }}
            >
              Use for this meter
            </Button>
          </div>
          {here !== undefined ? null : (
            <div className="row explore-fields">
              <TextInput
                label="Or add a new meter, id"
                w={200}
                value={newId}
                error={idProblem}
                onChange={(event) => setNewId(event.currentTarget.value)}
              />
              <TextInput
                label="Name"
                w={200}
                maxLength={80}
                value={name}
                onChange={(event) => setName(event.currentTarget.value)}
              />
              <NativeSelect
                label="Circuit it measures"
                value={circuitId}
                onChange={(event) => setCircuitId(event.currentTarget.value)}
                data={[
                  { value: '', label: 'none of them' },
                  ...free.map((circuit) => ({ value: circuit.id, label: circuit.name ?? circuit.id })),
                ]}
              />
              <Button
                mt={22}
                disabled={!isIdle || idProblem !== null}
                onClick={() => {
                  void add
                    .send({ who: who.trim(), addition: additionOf(where, answer.id, newId, name, circuitId) })
                    .then((done) => {
                      if (done !== null) setUsed(done.meterId)
                    })
                }}
              >
                Add to the site
              </Button>
            </div>
          )}
          {refused.map((why) => (
            <Notice key={why} tone="alarm" live title="Not done">
              {why}
            </Notice>
          ))}
          <p className="dim">
            The site file is changed (the text before is kept beside it as .bak), and the site is opened anew: a few
            seconds without values.
          </p>
        </>
      )}
    </section>
  )
}

import { Button, NativeSelect } from '@mantine/core'
import { useState } from 'react'
import type { Overview } from '../../../shared/api/site-contract.ts'
import type { SiteAddition } from '../../../shared/site/site-addition.ts'
import { useIntent } from '../../state/intent.ts'
import { useLive } from '../../state/live.ts'
import { routeTo } from '../../state/route.ts'
import { Notice } from '../../ui/notice.tsx'
import { goodPerson } from '../../ui/person-fields.tsx'
import { NewMeter } from './new-meter.tsx'
import type { Where } from './where-text.ts'

export interface SavedAnswer {
  readonly id: string
  readonly files: readonly string[]
  readonly backups: readonly string[]
  readonly overridesBuiltIn: boolean
  readonly witnesses: number
  readonly usedBy: readonly string[]
}

const Saved = ({ answer }: { readonly answer: SavedAnswer }) => (
  <Notice tone="normal" live title={`Saved as ${answer.id}`}>
    <div className="explore-files">
      {answer.files.join(', ')}
      {answer.backups.length === 0 ? '' : `; the one before is kept as ${answer.backups.join(', ')}`}
    </div>
    <div>
      {answer.overridesBuiltIn ? 'It overrides the built-in profile of the same id. ' : ''}Golden words:{' '}
      {answer.witnesses} confirmed on the display. It is in use once a meter of the site takes it and the site is opened
      anew.
    </div>
  </Notice>
)

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
  const isIdle = barred === null && goodPerson(who) && use.state.step !== 'sent' && add.state.step !== 'sent'
  const noteUse = (done: { readonly meterId: string } | null): void => {
    if (done !== null) setUsed(done.meterId)
  }
  const addNew = (addition: SiteAddition): void => {
    void add.send({ who: who.trim(), addition }).then(noteUse)
  }
  return (
    <section className="stack" aria-label="Saved profile" data-testid="saved-profile">
      <Saved answer={answer} />
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
                void use.send({ who: who.trim(), profileId: answer.id, meterId }).then(noteUse)
              }}
            >
              Use for this meter
            </Button>
          </div>
          {here !== undefined ? null : (
            <NewMeter site={site} where={where} profileId={answer.id} isIdle={isIdle} add={addNew} />
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

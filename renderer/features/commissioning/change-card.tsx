import { Button } from '@mantine/core'
import { useState } from 'react'
import type { SocketTest } from '../../../shared/api/commissioning-contract.ts'
import { useIntent } from '../../state/intent.ts'
import { useLive } from '../../state/live.ts'
import { useRead } from '../../state/read.ts'
import { Loading, Notice } from '../../ui/notice.tsx'
import { goodPerson } from '../../ui/person-fields.tsx'

/** What the site file would say instead, line by line; one click takes it. */
export const ChangeCard = ({
  proposed: { change, why },
  who,
}: {
  readonly proposed: SocketTest['changes'][number]
  readonly who: string
}) => {
  const [taken, setTaken] = useState(false)
  const read = useRead('commissioning.change', { change })
  const isArmed = useLive(({ live }) => live?.control.mode === 'armed')
  const save = useIntent('siteFile.save')
  if (read.step === 'failed')
    return (
      <Notice tone="warn" title="The change can't be shown">
        {read.why}
      </Notice>
    )
  if (read.value === null) return <Loading what="the site file" />
  const { text, basedOn, firstLine, removed, added } = read.value
  if (removed.length === 0 && added.length === 0)
    return (
      <Notice tone="normal" title="The site file says so already">
        {why}
      </Notice>
    )
  return (
    <section className="panel" aria-label="Proposed change of the site file">
      <h3>Proposed change of the site file, line {firstLine}</h3>
      <p className="dim">Because {why}.</p>
      <pre className="change-lines">
        {removed.map((line) => `− ${line}\n`)}
        {added.map((line) => `+ ${line}\n`)}
      </pre>
      {save.state.step === 'refused' ? (
        <Notice tone="alarm" live title="Not taken">
          {save.state.why}
        </Notice>
      ) : null}
      <div className="row">
        <Button
          disabled={isArmed || taken || !goodPerson(who) || save.state.step === 'sent'}
          onClick={() =>
            void save.send({ text, basedOn, who, reason: `wiring test: ${why}`.slice(0, 400) }).then((answer) => {
              if (answer !== null) setTaken(true)
            })
          }
        >
          Take it into the site file
        </Button>
        <span className="dim">
          {taken
            ? 'Taken; the site is opened anew.'
            : isArmed
              ? 'Disarm first: the site is opened anew with it.'
              : 'The file before it is kept beside it.'}
        </span>
      </div>
    </section>
  )
}

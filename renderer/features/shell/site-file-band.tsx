import { Button, Modal, NativeSelect } from '@mantine/core'
import { useState } from 'react'
import { useIntent } from '../../state/intent.ts'
import { useSiteFile } from '../../state/live.ts'
import { useSettings } from '../../state/settings.ts'
import { DialogActs } from '../../ui/dialog-acts.tsx'
import { Notice } from '../../ui/notice.tsx'
import { goodPerson, WhoField } from '../../ui/person-fields.tsx'

/** Zones this browser knows, UTC first: it is no member of the list in every browser. */
const zones = (): readonly string[] => ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')]

const Refused = ({ why }: { readonly why: string }) => (
  <Notice tone="alarm" live title="Not done">
    {why}
  </Notice>
)

const TimezoneDialog = ({ close }: { readonly close: () => void }) => {
  const [timezone, setTimezone] = useState(() => Intl.DateTimeFormat().resolvedOptions().timeZone)
  const [who, setWho] = useState(useSettings.getState().operator)
  const intent = useIntent('site.setTimezone')
  return (
    <Modal opened onClose={close} title="Where is this site?">
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          if (goodPerson(who)) void intent.send({ who: who.trim(), timezone }).then((done) => done && close())
        }}
      >
        <NativeSelect
          label="Time zone"
          description="This computer's own is chosen; days, reports and tariffs follow it"
          data={[...new Set([...zones(), timezone])]}
          value={timezone}
          onChange={(event) => setTimezone(event.currentTarget.value)}
          data-autofocus
        />
        <WhoField value={who} onChange={setWho} />
        <p className="dim">
          It is written into the site file as <code>timezone: {timezone}</code>, and the site is opened anew: a few
          seconds without values.
        </p>
        {intent.state.step === 'refused' ? <Refused why={intent.state.why} /> : null}
        <DialogActs
          button="Write it into the site file"
          isReady={goodPerson(who) && intent.state.step !== 'sent'}
          close={close}
        />
      </form>
    </Modal>
  )
}

const ReopenDialog = ({ close }: { readonly close: () => void }) => {
  const [who, setWho] = useState(useSettings.getState().operator)
  const intent = useIntent('site.reopen')
  return (
    <Modal opened onClose={close} title="Open the site anew">
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          if (goodPerson(who)) void intent.send({ who: who.trim() }).then((done) => done && close())
        }}
      >
        <p>What the site file says now is taken over; the live strips begin anew, the history stays.</p>
        <WhoField value={who} onChange={setWho} />
        {intent.state.step === 'refused' ? <Refused why={intent.state.why} /> : null}
        <DialogActs button="Open it anew" isReady={goodPerson(who) && intent.state.step !== 'sent'} close={close} />
      </form>
    </Modal>
  )
}

/** What the site file needs from a person: a change to be taken over, a time zone to be named. */
export const SiteFileBand = () => {
  const file = useSiteFile((state) => state.file)
  const [asked, setAsked] = useState<'reopen' | 'timezone' | null>(null)
  if (file === null) return null
  const close = () => setAsked(null)
  return (
    <>
      {!file.changed ? null : file.problem === null ? (
        <Notice
          tone="warn"
          live
          title="The site file was changed"
          actions={
            <Button variant="default" onClick={() => setAsked('reopen')}>
              Open it anew…
            </Button>
          }
        >
          This screen still shows the site as it was opened.
        </Notice>
      ) : (
        <Notice tone="warn" live title="The site file was changed and can’t be opened as it is">
          The site stays open as it was. <span className="pre-line">{file.problem}</span>
        </Notice>
      )}
      {file.namesTimezone ? null : (
        <Notice
          tone="warn"
          title="This site names no time zone: times and days are UTC"
          actions={
            <Button variant="default" onClick={() => setAsked('timezone')}>
              Choose it…
            </Button>
          }
        />
      )}
      {asked === 'reopen' ? <ReopenDialog close={close} /> : null}
      {asked === 'timezone' ? <TimezoneDialog close={close} /> : null}
    </>
  )
}

import { Button, Checkbox } from '@mantine/core'
import { useState } from 'react'
import type { OpenSite, OpenSites } from '../../../shared/api/sites-contract.ts'
import { formatNumber } from '../../format/number.ts'
import { useConnection } from '../../state/connection.ts'
import { useIntent } from '../../state/intent.ts'
import { alarmMarks } from '../../state/open-sites.ts'
import { useTimeFormat } from '../../state/site-facts.ts'
import { useSettings } from '../../state/settings.ts'
import { Mark } from '../../ui/mark.tsx'
import { Notice } from '../../ui/notice.tsx'
import { goodPerson, WhoField } from '../../ui/person-fields.tsx'

/** A person closes a site: who, and where it is armed that its control ends. */
const CloseForm = ({ site, done }: { readonly site: OpenSite; readonly done: () => void }) => {
  const [who, setWho] = useState(useSettings.getState().operator)
  const [evenArmed, setEvenArmed] = useState(false)
  const intent = useIntent('sites.close')
  const may = goodPerson(who) && (!site.isArmed || evenArmed) && intent.state.step !== 'sent'
  const send = async () => {
    const closed = await intent.send({ siteId: site.siteId, evenArmed, who: who.trim() })
    if (closed !== null) done()
  }
  return (
    <form
      className="stack sites-close"
      aria-label={`Close ${site.name}`}
      onSubmit={(event) => {
        event.preventDefault()
        if (may) void send()
      }}
    >
      <p>
        Measuring, the record and the alarms of {site.name} end; the other sites go on. It can be opened again from the
        list.
      </p>
      <WhoField value={who} onChange={setWho} />
      {site.isArmed ? (
        <Checkbox
          label={`Load control is armed at ${site.name}: end it, with the chargers led to their fallback first`}
          checked={evenArmed}
          onChange={(event) => setEvenArmed(event.currentTarget.checked)}
        />
      ) : null}
      {intent.state.step === 'refused' ? (
        <Notice tone="alarm" live title="Not closed">
          {intent.state.why}
        </Notice>
      ) : null}
      <div className="row">
        <Button type="submit" disabled={!may}>
          Close {site.name}
        </Button>
        <Button variant="default" onClick={done}>
          Keep it open
        </Button>
      </div>
    </form>
  )
}

const Headline = ({ site }: { readonly site: OpenSite }) => {
  const time = useTimeFormat()
  const { answering, devices, replies, atMs, calling, problem, readOnly, armedBy } = site
  const [worst] = calling
  return (
    <>
      <div className="row">
        {site.isArmed ? (
          <Mark kind="control">ARMED{armedBy === null ? '' : ` by ${armedBy}`}</Mark>
        ) : (
          <Mark kind="normal">{readOnly === null ? 'Monitoring' : 'Read-only'}</Mark>
        )}
        {alarmMarks(site).map(({ kind, words }) => (
          <Mark key={words} kind={kind}>
            {words}
          </Mark>
        ))}
      </div>
      <div className="dim sites-counts">
        {answering} of {devices} devices answer, {formatNumber(replies, 0)} replies
        {atMs === null ? ', no picture yet' : `, last picture ${time.clock(atMs)}`}
      </div>
      {worst === undefined ? null : (
        <div>
          <Mark kind={worst.severity}>{worst.title}</Mark>
          {calling.length === 1 ? null : <span className="dim"> and {calling.length - 1} more</span>}
        </div>
      )}
      {readOnly === null ? null : <div className="dim">Read-only: {readOnly}</div>}
      {problem === null ? null : <Mark kind="warning">It goes on as it was: {problem}</Mark>}
    </>
  )
}

const OpenRow = ({ site, isOnly, isOperator }: { site: OpenSite; isOnly: boolean; isOperator: boolean }) => {
  const shown = useConnection((state) => state.site)
  const showSite = useConnection((state) => state.showSite)
  const [isClosing, setClosing] = useState(false)
  return (
    <li className="sites-open">
      <div className="sites-row">
        <div className="grow">
          <strong>{site.name}</strong> <span className="dim">{site.file ?? 'simulated'}</span>
          <Headline site={site} />
        </div>
        {site.siteId === shown ? (
          <Mark kind="normal">shown here</Mark>
        ) : (
          <Button variant="default" aria-label={`Show ${site.name}`} onClick={() => showSite(site.siteId)}>
            Show
          </Button>
        )}
        {isOnly || !isOperator || isClosing ? null : (
          <Button variant="default" aria-label={`Close ${site.name}…`} onClick={() => setClosing(true)}>
            Close…
          </Button>
        )}
      </div>
      {isClosing ? <CloseForm site={site} done={() => setClosing(false)} /> : null}
    </li>
  )
}

/** The sites that are measured now, each by itself, whichever this screen shows. */
export const OpenNow = ({ told, isOperator }: { readonly told: OpenSites; readonly isOperator: boolean }) => (
  <section className="panel stack" aria-label="Open now">
    <h2>Open now</h2>
    <p className="dim">
      {told.sites.length} of at most {told.most}. Each goes on measuring, recording and steering while another one is
      shown.
    </p>
    <ul className="sites-list">
      {told.sites.map((site) => (
        <OpenRow key={site.siteId} site={site} isOnly={told.sites.length === 1} isOperator={isOperator} />
      ))}
    </ul>
    {told.notOpened.map(({ file, why }) => (
      <Notice key={`${file} ${why}`} tone="warn" title={`Not opened: ${file}`}>
        {why}
      </Notice>
    ))}
  </section>
)

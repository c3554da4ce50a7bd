import { Button, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { OpenSites, Sites } from '../../../shared/api/sites-contract.ts'
import { useConnection } from '../../state/connection.ts'
import { useIntent } from '../../state/intent.ts'
import { useSite } from '../../state/live.ts'
import { useIsOperator } from '../../state/may.ts'
import { useOpenSites } from '../../state/open-sites.ts'
import { useRead } from '../../state/read.ts'
import { routeTo } from '../../state/route.ts'
import { useSettings } from '../../state/settings.ts'
import { Loading, Notice } from '../../ui/notice.tsx'
import { StillMissing } from '../../ui/still-missing.tsx'
import { goodPerson, WhoField } from '../../ui/person-fields.tsx'
import { View } from '../../ui/view.tsx'
import { OpenNow } from './open-now.tsx'
import { NewSiteForm } from './new-site-form.tsx'
import './sites.css'

interface OpenProps {
  readonly sites: Sites
  readonly told: OpenSites
  readonly barred: boolean
}

const fileName = (file: string): string => file.split(/[\\/]/).at(-1) ?? file

const Row = ({
  name,
  about,
  isThere,
  open,
}: {
  readonly name: string
  readonly about: string
  readonly isThere: boolean
  readonly open: (() => void) | null
}) => (
  <li className="sites-row">
    <span className="grow">
      <strong>{name}</strong> <span className="dim">{about}</span>
    </span>
    {isThere ? (
      <Button variant="default" disabled={open === null} onClick={open ?? undefined} aria-label={`Open ${name}`}>
        Open
      </Button>
    ) : (
      <span className="dim">no longer there</span>
    )}
  </li>
)

/** A site file that was not open here before. */
const PathForm = ({ may, open }: { readonly may: boolean; readonly open: (file: string) => void }) => {
  const [path, setPath] = useState('')
  const file = path.trim()
  return (
    <form
      className="row sites-path"
      onSubmit={(event) => {
        event.preventDefault()
        if (may && file !== '') open(file)
      }}
    >
      <TextInput
        className="grow"
        label="Site file of this computer"
        description="The path of a .yaml file"
        value={path}
        onChange={(event) => setPath(event.currentTarget.value)}
      />
      <Button type="submit" variant="default" disabled={!may || file === ''}>
        Open this file
      </Button>
    </form>
  )
}

const OpenPanel = ({ sites, told, barred }: OpenProps) => {
  const [who, setWho] = useState(useSettings.getState().operator)
  /** What was refused beside the others may be opened instead of the shown one. */
  const [refused, setRefused] = useState<{ readonly file: string | null } | null>(null)
  const intent = useIntent('sites.open')
  const shown = useConnection((state) => state.site)
  const shownSite = told.sites.find(({ siteId }) => siteId === shown)
  const may = !barred && goodPerson(who) && intent.state.step !== 'sent'
  const open = async (file: string | null, instead = false) => {
    const answer = await intent.send({ file, instead, who: who.trim() })
    setRefused(answer === null ? { file } : null)
    if (answer?.isOpen === true) useConnection.getState().showSite(answer.siteId)
  }
  const isOpen = (file: string | null) => told.sites.some((site) => site.file === file)
  return (
    <section className="panel stack" aria-label="Open a site">
      <h2>Open a site</h2>
      <WhoField value={who} onChange={setWho} />
      {barred ? (
        <p className="dim">This screen only looks: sites are opened on a screen that may command.</p>
      ) : goodPerson(who) ? null : (
        <StillMissing what={['who opens it']} />
      )}
      <ul className="sites-list">
        {isOpen(null) ? null : (
          <Row
            name="The simulated site"
            about="a depot with twelve chargers, made of real servers on this computer"
            isThere
            open={may ? () => void open(null) : null}
          />
        )}
        {sites.recent
          .filter(({ file }) => !isOpen(file))
          .map(({ file, isThere }) => (
            <Row
              key={file}
              name={fileName(file)}
              about={file}
              isThere={isThere}
              open={may ? () => void open(file) : null}
            />
          ))}
      </ul>
      <PathForm may={may} open={(file) => void open(file)} />
      {intent.state.step === 'refused' ? (
        <Notice
          tone="alarm"
          live
          title="Not opened"
          actions={
            refused === null || shownSite === undefined || shownSite.isArmed ? null : (
              <Button variant="default" disabled={!may} onClick={() => void open(refused.file, true)}>
                Open it instead of {shownSite.name}
              </Button>
            )
          }
        >
          {intent.state.why}
        </Notice>
      ) : null}
      <p className="dim">
        A recording of any site opens in <a href={routeTo('snapshots')}>Snapshots</a>, beside the site that is open.
      </p>
    </section>
  )
}

/** Which sites are open and how they do, the others of this computer, and making a new one. */
export const SitesView = () => {
  const told = useOpenSites((state) => state.told)
  const read = useRead('sites.list', {}, told?.sites.length ?? 0)
  const name = useSite((state) => state.overview?.site.name)
  const isOperator = useIsOperator()
  return (
    <View title="Sites" about={name === undefined ? 'no site is shown' : `${name} is shown`}>
      {read.step === 'failed' ? (
        <Notice tone="alarm" title="The sites can’t be listed">
          {read.why}
        </Notice>
      ) : null}
      {read.value === null || told === null ? (
        <Loading what="the sites of this computer" />
      ) : (
        <div className="sites-columns">
          <div className="stack">
            <OpenNow told={told} isOperator={isOperator} />
            <OpenPanel sites={read.value} told={told} barred={!isOperator} />
          </div>
          <NewSiteForm folder={read.value.folder} barred={!isOperator} />
        </div>
      )}
    </View>
  )
}

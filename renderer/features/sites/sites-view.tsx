import { Button, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { Sites } from '../../../shared/api/sites-contract.ts'
import { useIntent } from '../../state/intent.ts'
import { useLive, useSite } from '../../state/live.ts'
import { useMayCommand } from '../../state/may.ts'
import { useRead } from '../../state/read.ts'
import { routeTo } from '../../state/route.ts'
import { useSettings } from '../../state/settings.ts'
import { Mark } from '../../ui/mark.tsx'
import { Loading, Notice } from '../../ui/notice.tsx'
import { goodPerson, WhoField } from '../../ui/person-fields.tsx'
import { View } from '../../ui/view.tsx'
import { NewSiteForm } from './new-site-form.tsx'
import './sites.css'

interface OpenProps {
  readonly sites: Sites
  readonly barred: boolean
}

const fileName = (file: string): string => file.split(/[\\/]/).at(-1) ?? file

const Row = ({
  name,
  about,
  isOpen,
  isThere,
  open,
}: {
  readonly name: string
  readonly about: string
  readonly isOpen: boolean
  readonly isThere: boolean
  readonly open: (() => void) | null
}) => (
  <li className="sites-row">
    <span className="grow">
      <strong>{name}</strong> <span className="dim">{about}</span>
    </span>
    {isOpen ? (
      <Mark kind="normal">open now</Mark>
    ) : isThere ? (
      <Button variant="default" disabled={open === null} onClick={open ?? undefined} aria-label={`Open ${name}`}>
        Open
      </Button>
    ) : (
      <span className="dim">no longer there</span>
    )}
  </li>
)

const OpenPanel = ({ sites, barred }: OpenProps) => {
  const [who, setWho] = useState(useSettings.getState().operator)
  const [path, setPath] = useState('')
  const intent = useIntent('sites.open')
  const may = !barred && goodPerson(who) && intent.state.step !== 'sent'
  const open = (file: string | null) => void intent.send({ file, who: who.trim() })
  const { current, recent } = sites
  return (
    <section className="panel stack" aria-label="Open a site">
      <h2>Open a site</h2>
      <WhoField value={who} onChange={setWho} />
      <ul className="sites-list">
        <Row
          name="The simulated site"
          about="a depot with twelve chargers, made of real servers on this computer"
          isOpen={current === null}
          isThere
          open={may ? () => open(null) : null}
        />
        {current === null || recent.some(({ file }) => file === current) ? null : (
          <Row name={fileName(current)} about={current} isOpen isThere open={null} />
        )}
        {recent.map(({ file, isThere }) => (
          <Row
            key={file}
            name={fileName(file)}
            about={file}
            isOpen={file === current}
            isThere={isThere}
            open={may ? () => open(file) : null}
          />
        ))}
      </ul>
      <form
        className="row sites-path"
        onSubmit={(event) => {
          event.preventDefault()
          if (may && path.trim() !== '') open(path.trim())
        }}
      >
        <TextInput
          className="grow"
          label="Site file of this computer"
          description="The path of a .yaml file"
          value={path}
          onChange={(event) => setPath(event.currentTarget.value)}
        />
        <Button type="submit" variant="default" disabled={!may || path.trim() === ''}>
          Open this file
        </Button>
      </form>
      {intent.state.step === 'refused' ? (
        <Notice tone="alarm" live title="Not opened">
          {intent.state.why}
        </Notice>
      ) : null}
      <p className="dim">
        A recording of any site opens in <a href={routeTo('snapshots')}>Snapshots</a>, beside the site that is open.
      </p>
    </section>
  )
}

/** Which site is open, the others of this computer, and making a new one. */
export const SitesView = () => {
  const read = useRead('sites.list', {})
  const name = useSite((state) => state.overview?.site.name)
  const isArmed = useLive((state) => state.live?.control.mode === 'armed')
  const mayCommand = useMayCommand()
  const barred = isArmed || !mayCommand
  return (
    <View title="Sites" about={name === undefined ? 'no site is open' : `${name} is open`}>
      {isArmed ? (
        <Notice tone="warn" title="Load control is armed">
          Disarm it before another site is opened: this one is left with its chargers at their fallback.
        </Notice>
      ) : null}
      {read.step === 'failed' ? (
        <Notice tone="alarm" title="The sites can’t be listed">
          {read.why}
        </Notice>
      ) : null}
      {read.value === null ? (
        <Loading what="the sites of this computer" />
      ) : (
        <div className="sites-columns">
          <OpenPanel sites={read.value} barred={barred} />
          <NewSiteForm folder={read.value.folder} barred={barred} />
        </div>
      )}
    </View>
  )
}

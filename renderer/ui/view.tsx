import { Button, Menu } from '@mantine/core'
import { useRef, useState } from 'react'
import type { ReactNode } from 'react'
import type { CsvTable } from '../format/csv.ts'
import { plotsIn } from '../charts/picture-parts.ts'
import { savePicture, type PictureKind } from '../charts/save-picture.ts'
import { fileTime } from '../format/time.ts'
import { siteNow, useNow } from '../state/clock.ts'
import { useSite } from '../state/live.ts'
import { useTimeFormat } from '../state/site-facts.ts'
import { saveCsv } from './download.ts'

const PrintStamp = () => {
  const site = useSite((state) => state.overview?.site.name)
  const time = useTimeFormat()
  const now = useNow()
  return (
    <p className="print-only">
      Tripscope · {site ?? 'site not known'} · printed {time.dateTime(now)} ({time.zone})
    </p>
  )
}

const kinds: readonly { readonly kind: PictureKind; readonly label: string }[] = [
  { kind: 'svg', label: 'SVG: vectors, for print' },
  { kind: 'png', label: 'PNG: as on the screen' },
]

/** Saves the plots of the view as a picture, with what and when they are of. */
const PictureMenu = ({
  name,
  title,
  plots,
}: {
  readonly name: string
  readonly title: string
  readonly plots: () => HTMLElement | null
}) => {
  const site = useSite((state) => state.overview?.site)
  const time = useTimeFormat()
  const [count, setCount] = useState(0)
  const look = () => {
    const element = plots()
    setCount(element === null ? 0 : plotsIn(element).length)
  }
  const save = async (kind: PictureKind) => {
    const element = plots()
    if (element === null) return
    const now = siteNow()
    await savePicture(element, `${site?.id ?? 'site'}-${name}-${fileTime(now)}`, kind, [
      `${title}, ${site?.name ?? 'site not known'}, saved ${time.dateTime(now)} (${time.zone})`,
    ])
  }
  return (
    <Menu position="bottom-end" onOpen={look}>
      <Menu.Target>
        <Button variant="default">Picture…</Button>
      </Menu.Target>
      <Menu.Dropdown>
        {count === 0 ? <Menu.Label>No plot is drawn on this page now</Menu.Label> : null}
        {kinds.map(({ kind, label }) => (
          <Menu.Item key={kind} disabled={count === 0} onClick={() => void save(kind)}>
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

/** The frame of every view: title, what it is, its actions, print and export of what it shows. */
export const View = ({
  title,
  about,
  actions,
  csv,
  picture,
  children,
}: {
  readonly title: string
  readonly about?: ReactNode
  readonly actions?: ReactNode
  /** What is on the screen as a table; asked for when the person exports. `name` becomes part of the file name. */
  readonly csv?: { readonly name: string; readonly table: () => CsvTable } | undefined
  /** The view has plots: they can be saved as a picture, and this is part of its file's name. */
  readonly picture?: string | undefined
  readonly children: ReactNode
}) => {
  const plots = useRef<HTMLDivElement>(null)
  const siteId = useSite((state) => state.overview?.site.id)
  return (
    <div className="view">
      <PrintStamp />
      <div className="view-head">
        <h1 tabIndex={-1} id="view-title">
          {title}
        </h1>
        <span className="view-about grow">{about}</span>
        <div className="row view-actions">
          {actions}
          {csv === undefined ? null : (
            <Button
              variant="default"
              onClick={() => saveCsv(`${siteId ?? 'site'}-${csv.name}-${fileTime(siteNow())}.csv`, csv.table())}
            >
              Export CSV
            </Button>
          )}
          {picture === undefined ? null : <PictureMenu name={picture} title={title} plots={() => plots.current} />}
          <Button variant="default" onClick={() => window.print()}>
            Print
          </Button>
        </div>
      </div>
      {picture === undefined ? (
        children
      ) : (
        <div ref={plots} className="stack">
          {children}
        </div>
      )}
    </div>
  )
}

import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import type { CsvTable } from '../format/csv.ts'
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

/** The frame of every view: title, what it is, its actions, print and export of what it shows. */
export const View = ({
  title,
  about,
  actions,
  csv,
  children,
}: {
  readonly title: string
  readonly about?: ReactNode
  readonly actions?: ReactNode
  /** What is on the screen as a table; asked for when the person exports. `name` becomes part of the file name. */
  readonly csv?: { readonly name: string; readonly table: () => CsvTable } | undefined
  readonly children: ReactNode
}) => {
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
          <Button variant="default" onClick={() => window.print()}>
            Print
          </Button>
        </div>
      </div>
      {children}
    </div>
  )
}

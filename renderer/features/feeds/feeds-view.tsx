import { useState } from 'react'
import type { OutputOf } from '../../../shared/api/define.ts'
import type { TripscopeContract } from '../../../shared/api/contract.ts'
import { useRead } from '../../state/read.ts'
import { routeTo } from '../../state/route.ts'
import { useStream } from '../../state/stream.ts'
import { Loading, Notice } from '../../ui/notice.tsx'
import { View } from '../../ui/view.tsx'
import { FeedTable } from './feed-table.tsx'
import { RegisterTable, registersCsv } from './register-table.tsx'

const HowTo = () => (
  <section className="panel" aria-label="How to set up a feed">
    <h2>No feed is set up</h2>
    <p>
      A feed lets a building, energy or charging management system read this site’s values. It only goes out: nothing
      can be written through it. “Add a data feed” in the <a href={routeTo('site')}>Site editor</a> makes one of:
    </p>
    <ul>
      <li>a page in the OpenMetrics format, which Prometheus and others read;</li>
      <li>registers over Modbus TCP, read-only, for a building or energy management system;</li>
      <li>
        messages to an MQTT broker. Its password is kept in a file or an environment variable, never in the site file.
      </li>
    </ul>
  </section>
)

type Told = OutputOf<TripscopeContract['feeds.watch']>

/** Data feeds: what other systems read of this site, and how it stands. */
export const FeedsView = () => {
  const [told, setTold] = useState<Told | null>(null)
  const [ended, setEnded] = useState<string | null>(null)
  useStream('feeds.watch', {}, { frame: setTold, ended: setEnded })
  const read = useRead('feeds.registers', {})
  const hasRegisters = told?.feeds.some(({ kind }) => kind === 'modbus-tcp') === true && read.value !== null
  return (
    <View
      title="Data feeds"
      about="What other systems read of this site; nothing comes in by them"
      {...(hasRegisters ? { csv: { name: 'feed-registers', table: () => registersCsv(read.value?.rows ?? []) } } : {})}
    >
      {ended === null ? null : (
        <Notice tone="alarm" title="Nothing is known of the feeds">
          {ended}
        </Notice>
      )}
      {told === null && ended === null ? <Loading what="the feeds" /> : null}
      {told === null || told.offWhy === null ? null : (
        <Notice tone="warn" title="No feed runs here">
          {told.offWhy}
        </Notice>
      )}
      {told === null || told.feeds.length > 0 || told.offWhy !== null ? null : <HowTo />}
      {told === null || told.feeds.length === 0 ? null : <FeedTable feeds={told.feeds} />}
      {hasRegisters ? <RegisterTable rows={read.value?.rows ?? []} /> : null}
    </View>
  )
}

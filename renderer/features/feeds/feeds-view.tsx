import { useState } from 'react'
import type { OutputOf } from '../../../shared/api/define.ts'
import type { TripscopeContract } from '../../../shared/api/contract.ts'
import { useRead } from '../../state/read.ts'
import { useStream } from '../../state/stream.ts'
import { Loading, Notice } from '../../ui/notice.tsx'
import { View } from '../../ui/view.tsx'
import { FeedTable } from './feed-table.tsx'
import { RegisterTable, registersCsv } from './register-table.tsx'
import './feeds.css'

const example = `feeds:
  - { id: metrics, kind: openmetrics, port: 9464 }
  - { id: building, kind: modbus-tcp, host: 0.0.0.0, port: 1502 }
  - { id: broker, kind: mqtt, url: 'mqtt://10.0.0.2:1883', topic: site/depot, every: 5 }`

const HowTo = () => (
  <section className="panel" aria-label="How to set up a feed">
    <h2>No feed is set up</h2>
    <p>
      A feed lets a building, energy or charging management system read this site’s values. It only goes out: nothing
      can be written through it. Feeds are entries of the site file, such as these:
    </p>
    <pre className="feeds-example" tabIndex={0}>
      {example}
    </pre>
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

import { NativeSelect, Tabs } from '@mantine/core'
import { useCallback, useState } from 'react'
import type { PowerEvent, QualityReport } from '../../../shared/api/quality-contract.ts'
import type { CsvTable } from '../../format/csv.ts'
import { isoTime } from '../../format/time.ts'
import { siteNow } from '../../state/clock.ts'
import { useSite } from '../../state/live.ts'
import { useRead } from '../../state/read.ts'
import { useMeterRecords } from '../../state/meter-records.ts'
import { go, routeTo, useRoute } from '../../state/route.ts'
import { Empty } from '../../ui/notice.tsx'
import { View } from '../../ui/view.tsx'
import { useWaveSources } from '../waves/use-waves.ts'
import { DipsPanel } from './dips-panel.tsx'
import { LivePanel } from './live-panel.tsx'
import { MetersPanel } from './meters-panel.tsx'
import { ownVerdicts } from './own-verdicts.ts'
import { reportCsv } from './report-export.ts'
import { ReportPanel } from './report-panel.tsx'
import './quality.css'

const tabs = ['now', 'dips', 'report'] as const
type TabName = (typeof tabs)[number]
const tabOf = (id: string | null): TabName => tabs.find((tab) => tab === id) ?? 'now'
const dayMs = 86_400_000

const eventCsv = (events: readonly PowerEvent[]): CsvTable => ({
  header: [
    'event',
    'known_as',
    'kind',
    'source',
    'subject',
    'phases',
    'began_utc',
    'ended_utc',
    'duration_at_least_ms',
    'duration_at_most_ms',
    'extreme_V',
    'extreme_percent',
    'extreme_is_bound',
    'en50160',
    'itic',
    'ieee1159',
    'side',
    'evidence',
  ],
  rows: events.flatMap(({ id, names, members }) =>
    members.map((member) => [
      id,
      member.truth,
      member.kind,
      member.sourceName,
      `${member.subject.kind} ${member.subject.id}`,
      member.phases.join(' '),
      isoTime(member.fromMs),
      member.toMs === null ? null : isoTime(member.toMs),
      member.atLeastMs,
      member.atMostMs,
      member.extremeV,
      member.extremePercent,
      member.isBound ? 'yes' : 'no',
      member.truth === 'polled RMS' ? null : (names?.en50160 ?? null),
      member.truth === 'polled RMS' ? null : (names?.itic ?? null),
      member.truth === 'polled RMS' ? null : (names?.ieee1159 ?? null),
      member.side?.side ?? null,
      member.evidence,
    ]),
  ),
})

const Now = () => {
  const { value } = useWaveSources()
  const [chosen, choose] = useState<string | null>(null)
  // A meter that keeps captures of its own streams nothing to measure here.
  const sources = (value?.sources ?? []).filter(({ ofMeter }) => ofMeter === undefined)
  const source = sources.find(({ id }) => id === chosen) ?? sources[0]
  return (
    <div className="stack">
      {sources.length < 2 ? null : (
        <NativeSelect
          label="Source"
          className="no-print quality-source"
          value={source?.id ?? ''}
          onChange={(event) => choose(event.currentTarget.value)}
          data={sources.map(({ id, name }) => ({ value: id, label: name }))}
        />
      )}
      {source !== undefined ? (
        <LivePanel key={source.id} source={source} />
      ) : value === null ? null : (
        <Empty title="This site has no source of samples.">
          Harmonics by order, flicker and flags need samples: a front end is declared in the site file (waves). What the
          polled meters give stands below.
        </Empty>
      )}
      <MetersPanel />
    </div>
  )
}

/** Power quality: now, the history of dips, and a report of a week; each value with the kind of truth it is. */
export const QualityView = () => {
  const { id } = useRoute()
  const tab = tabOf(id)
  const overview = useSite((state) => state.overview)
  const [range, setRange] = useState(() => ({ spanMs: dayMs, toMs: siteNow() }))
  const [report, setReport] = useState<QualityReport | null>(null)
  const records = useMeterRecords(tab === 'report')
  // A little ahead: a front end's clock may be.
  const read = useRead(
    'quality.events',
    tab === 'dips' ? { fromMs: range.toMs - range.spanMs, toMs: range.toMs + 60_000 } : null,
  )
  const onReport = useCallback((next: QualityReport) => setReport((before) => (before === next ? before : next)), [])
  const sources = [
    ...(overview?.site.waves ?? []).map((wave) => ({ id: wave.id, label: `${wave.name ?? wave.id} (sampled)` })),
    ...(overview?.meters ?? []).map((meter) => ({ id: meter.id, label: `${meter.name} (polled RMS)` })),
  ]
  const csv =
    tab === 'dips' && read.value !== null
      ? { name: 'voltage-events', table: () => eventCsv(read.value?.events ?? []) }
      : tab === 'report' && report !== null
        ? { name: 'power-quality-week', table: () => reportCsv(report, ownVerdicts(records, report)) }
        : undefined
  return (
    <View
      title="Power quality"
      about="What the supply is like, and how each value is known"
      csv={csv}
      picture="power-quality"
    >
      <Tabs
        value={tab}
        onChange={(value) => go(routeTo('quality', tabOf(value)))}
        keepMounted={false}
        classNames={{ panel: 'quality-panel' }}
      >
        <Tabs.List aria-label="Parts of power quality">
          <Tabs.Tab value="now">Now</Tabs.Tab>
          <Tabs.Tab value="dips">Dips and swells</Tabs.Tab>
          <Tabs.Tab value="report">Report of a week</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="now">
          <Now />
        </Tabs.Panel>
        <Tabs.Panel value="dips">
          <DipsPanel
            range={range}
            setRange={(spanMs) => setRange({ spanMs, toMs: siteNow() })}
            again={() => setRange({ spanMs: range.spanMs, toMs: siteNow() })}
            read={{ value: read.value, why: read.step === 'failed' ? read.why : null }}
          />
        </Tabs.Panel>
        <Tabs.Panel value="report">
          {overview === null ? null : <ReportPanel sources={sources} onReport={onReport} />}
        </Tabs.Panel>
      </Tabs>
    </View>
  )
}

import { Button, NativeSelect } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { QualityReport } from '../../../shared/api/quality-contract.ts'
import { fileTime } from '../../format/time.ts'
import { siteNow } from '../../state/clock.ts'
import { useSite } from '../../state/live.ts'
import { useRead } from '../../state/read.ts'
import { useTimeFormat } from '../../state/site-facts.ts'
import { saveFile } from '../../ui/download.ts'
import { Loading, Notice } from '../../ui/notice.tsx'
import { useMeterRecords } from '../../state/meter-records.ts'
import { DipTable } from './dip-table.tsx'
import { OwnVerdictList } from './own-verdict-list.tsx'
import { ownVerdicts } from './own-verdicts.ts'
import { coverageWords, reportPdf } from './report-export.ts'
import { ReportTable } from './report-table.tsx'
import { weeksBefore } from './report-week.ts'
import { Truth } from '../../ui/truth.tsx'

const editionChoices = [
  { value: '2010', label: 'EN 50160:2010' },
  { value: '2022', label: 'EN 50160:2022 (orders 15 and 21 as reported)' },
]
/** As far back as the store keeps ten-minute values of one front end. */
const mostWeeks = 26

export interface ReportSource {
  readonly id: string
  readonly label: string
}

const Shown = ({ report }: { readonly report: QualityReport }) => {
  const time = useTimeFormat()
  const site = useSite((state) => state.overview?.site.name ?? 'site')
  const verdicts = ownVerdicts(useMeterRecords(), report)
  const [failed, setFailed] = useState<string | null>(null)
  const save = async () => {
    setFailed(null)
    try {
      const blob = await reportPdf(report, site, time, verdicts)
      saveFile(`power-quality-${fileTime(report.fromMs)}.pdf`, [blob], 'application/pdf')
    } catch (error) {
      setFailed(error instanceof Error ? error.message : String(error))
    }
  }
  return (
    <section className="panel stack" aria-label="Report of the week">
      <div className="strip-head">
        <h2>
          {report.sourceName}, week from {time.date(report.fromMs)} <Truth kind={report.truth} />
        </h2>
        <Button variant="default" className="no-print" onClick={() => void save()}>
          Save PDF
        </Button>
      </div>
      {failed === null ? null : (
        <Notice tone="alarm" live title="No PDF was made">
          {failed}
        </Notice>
      )}
      <p>
        <strong>{report.edition}.</strong> {report.standing}
      </p>
      <p>Coverage: {coverageWords(report)}. A week with gaps has the verdict “unknown”.</p>
      <OwnVerdictList verdicts={verdicts} />
      <ReportTable report={report} />
      {report.truth === 'polled RMS' ? null : <DipTable cells={report.cells} />}
      <ul className="dim">
        {report.missing.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </section>
  )
}

/** A week in the manner of EN 50160, of a front end or a polled meter. */
export const ReportPanel = ({
  sources,
  onReport,
}: {
  readonly sources: readonly ReportSource[]
  readonly onReport: (report: QualityReport) => void
}) => {
  const time = useTimeFormat()
  const [weeks] = useState(() => weeksBefore(siteNow(), time, mostWeeks))
  const [sourceId, setSource] = useState(sources[0]?.id ?? '')
  const [fromMs, setFrom] = useState(weeks[0] ?? 0)
  const [edition, setEdition] = useState<'2010' | '2022'>('2010')
  const read = useRead('quality.report', sourceId === '' ? null : { sourceId, fromMs, edition })
  const { value } = read
  useEffect(() => {
    if (value !== null) onReport(value)
  }, [value, onReport])
  return (
    <div className="stack">
      <div className="row no-print quality-tools">
        <NativeSelect
          label="Source"
          value={sourceId}
          onChange={(event) => setSource(event.currentTarget.value)}
          data={sources.map(({ id, label }) => ({ value: id, label }))}
        />
        <NativeSelect
          label="Week from Monday"
          value={String(fromMs)}
          onChange={(event) => setFrom(Number(event.currentTarget.value))}
          data={weeks.map((week, index) => ({
            value: String(week),
            label: `${time.date(week)}${index === 0 ? ', this week so far' : ''}`,
          }))}
        />
        <NativeSelect
          label="Limits of"
          value={edition}
          onChange={(event) => setEdition(event.currentTarget.value === '2022' ? '2022' : '2010')}
          data={editionChoices}
        />
      </div>
      {read.step === 'failed' ? (
        <Notice tone="alarm" live title="There is no report">
          {read.why}
        </Notice>
      ) : null}
      {value === null ? read.step === 'failed' ? null : <Loading what="the week" /> : <Shown report={value} />}
    </div>
  )
}

import { Button, NativeSelect } from '@mantine/core'
import { useEffect, useState } from 'react'
import { energyGroupings, type EnergyGrouping, type EnergyReport } from '../../../shared/energy-report/report-schema.ts'
import { mostReportDays, type EnergyWindow } from '../../../shared/energy-report/window.ts'
import { EnergyChart } from '../../charts/energy-chart.tsx'
import { fileTime } from '../../format/time.ts'
import { siteNow } from '../../state/clock.ts'
import { useRead } from '../../state/read.ts'
import { routeTo } from '../../state/route.ts'
import { useTimeFormat } from '../../state/site-facts.ts'
import { saveFile } from '../../ui/download.ts'
import { Mark } from '../../ui/mark.tsx'
import { Loading, Notice } from '../../ui/notice.tsx'
import { TimeField } from '../../ui/time-field.tsx'
import { View } from '../../ui/view.tsx'
import { energyCsv, energyPdf } from './energy-export.ts'
import { EnergyTable } from './energy-table.tsx'
import { IntervalsButton } from './intervals-button.tsx'
import { chosenWindow, windowChoices, type WindowChoice } from './energy-window.ts'
import { groupingWords, noteTexts, windowText } from './energy-words.ts'
import './energy.css'

const refreshMs = 60_000
const dayMs = 86_400_000

const Shown = ({ report }: { readonly report: EnergyReport }) => {
  const time = useTimeFormat()
  const { standing, tariff, lines, chart } = report
  const notes = noteTexts(report, time)
  const abouts = lines.filter(({ about }) => about !== null)
  return (
    <section className="panel stack" aria-label="Energy report">
      {standing === null ? null : (
        <p className="energy-standing" data-testid="energy-standing">
          <Mark kind={standing.use === 'no' ? 'warning' : 'info'}>{standing.says}</Mark>
        </p>
      )}
      <p>
        <strong>{windowText(report, time)}</strong>{' '}
        <span className="dim">
          {tariff === null
            ? 'No money: the site file declares no tariff.'
            : `Money for the import by the tariff of the site file: ${tariff}.`}
        </span>
      </p>
      {report.hasAccounts || (report.grouping !== 'account' && report.grouping !== 'period') ? null : (
        <Notice tone="normal" title="The site has no accounts">
          Say whose energy is whose: add accounts with their meters and chargers in the{' '}
          <a href={routeTo('site')}>Site editor</a>. Until then the whole site is shown, and each meter and charger by
          itself.
        </Notice>
      )}
      <EnergyTable report={report} />
      {chart.series.length === 0 || chart.edges.length < 2 ? null : <EnergyChart {...chart} time={time} height={190} />}
      <ul className="energy-notes">
        {abouts.map(({ id, name, about }) => (
          <li key={id}>
            {name}: {about}
          </li>
        ))}
        {notes.map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
      <p className="dim">
        Energy is the difference of a counter’s own readings; nothing is made from power. Coverage is the share of the
        time measured quarter by quarter. Energy of a gap is known by the register at its ends, when in it is not. Files
        are written with the separator and decimal sign of the <a href={routeTo('settings')}>Settings</a>; “Save
        intervals” has every quarter of an hour, and gaps as rows of their own.
      </p>
    </section>
  )
}

const Controls = ({
  choice,
  choose,
  grouping,
  group,
  own,
  setOwn,
}: {
  readonly choice: WindowChoice
  readonly choose: (choice: WindowChoice) => void
  readonly grouping: EnergyGrouping
  readonly group: (grouping: EnergyGrouping) => void
  readonly own: EnergyWindow
  readonly setOwn: (window: EnergyWindow) => void
}) => {
  const time = useTimeFormat()
  const [choices] = useState(() => windowChoices(time, siteNow()))
  const { fromMs, toMs } = own
  const tooLong = (from: number, to: number): string | null =>
    to - from > mostReportDays * dayMs ? `at most ${mostReportDays} days` : null
  return (
    <div className="row no-print energy-controls">
      <NativeSelect
        label="Time"
        value={choice}
        data={choices.map((each) => ({ ...each }))}
        onChange={({ currentTarget }) => choose(currentTarget.value as WindowChoice)}
      />
      {choice !== 'custom' ? null : (
        <>
          <TimeField
            key={`from ${fromMs}`}
            label="From, a whole quarter hour"
            atMs={fromMs}
            allow={(at) => (at < toMs ? tooLong(at, toMs) : 'must be before To')}
            change={(at) => setOwn({ fromMs: at, toMs })}
          />
          <TimeField
            key={`to ${toMs}`}
            label="To"
            atMs={toMs}
            allow={(at) => (at > fromMs ? tooLong(fromMs, at) : 'must be after From')}
            change={(at) => setOwn({ fromMs, toMs: at })}
          />
        </>
      )}
      <NativeSelect
        label="By"
        value={grouping}
        data={energyGroupings.map((value) => ({ value, label: groupingWords[value] }))}
        onChange={({ currentTarget }) =>
          group(energyGroupings.find((each) => each === currentTarget.value) ?? 'account')
        }
      />
    </div>
  )
}

const PdfButton = ({
  report,
  fail,
}: {
  readonly report: EnergyReport
  readonly fail: (why: string | null) => void
}) => {
  const time = useTimeFormat()
  const save = async () => {
    fail(null)
    try {
      saveFile(`energy-${fileTime(report.fromMs)}.pdf`, [await energyPdf(report, time)], 'application/pdf')
    } catch (error) {
      fail(error instanceof Error ? error.message : String(error))
    }
  }
  return (
    <Button variant="default" onClick={() => void save()}>
      Save PDF
    </Button>
  )
}

/** Whose energy was how much: by account, meter, charger and time of day, with coverage, money and what may be billed by. */
export const EnergyView = () => {
  const time = useTimeFormat()
  const [choice, choose] = useState<WindowChoice>('today')
  const [grouping, group] = useState<EnergyGrouping>('account')
  const [nowMs, setNow] = useState(siteNow)
  const [own, setOwn] = useState<EnergyWindow>(() => chosenWindow('yesterday', time, siteNow(), { fromMs: 0, toMs: 0 }))
  const [failed, fail] = useState<string | null>(null)
  useEffect(() => {
    const timer = setInterval(() => setNow(siteNow()), refreshMs)
    return () => clearInterval(timer)
  }, [])
  const read = useRead('energy.report', { ...chosenWindow(choice, time, nowMs, own), grouping }, nowMs)
  const report = read.value
  return (
    <View
      title="Energy"
      about="Whose energy was how much, by the meters’ and chargers’ own counters"
      picture="energy"
      csv={report === null ? undefined : { name: 'energy', table: () => energyCsv(report, time) }}
      actions={
        report === null ? null : (
          <>
            <IntervalsButton report={report} fail={fail} />
            <PdfButton report={report} fail={fail} />
          </>
        )
      }
    >
      <Controls {...{ choice, choose, grouping, group, own, setOwn }} />
      {failed === null ? null : (
        <Notice tone="alarm" live title="No file was made">
          {failed}
        </Notice>
      )}
      {read.step === 'failed' ? (
        <Notice tone="warn" live title="There is no report">
          {read.why}
        </Notice>
      ) : report === null ? (
        <Loading what="the energy report" />
      ) : (
        <Shown report={report} />
      )}
    </View>
  )
}

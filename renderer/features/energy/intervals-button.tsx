import { Button } from '@mantine/core'
import { useState } from 'react'
import type { EnergyReport } from '../../../shared/energy-report/report-schema.ts'
import { fileTime } from '../../format/time.ts'
import { useConnection } from '../../state/connection.ts'
import { useSettings } from '../../state/settings.ts'
import { useTimeFormat } from '../../state/site-facts.ts'
import { saveFile } from '../../ui/download.ts'
import { intervalsFile } from './intervals-export.ts'

/** Saves every quarter of an hour behind the report that is shown, of all its accounts, meters or chargers. */
export const IntervalsButton = ({
  report,
  fail,
}: {
  readonly report: EnergyReport
  readonly fail: (why: string | null) => void
}) => {
  const time = useTimeFormat()
  const client = useConnection((state) => state.client)
  const [share, setShare] = useState<number | null>(null)
  const { fromMs, toMs, grouping } = report
  const save = async () => {
    if (client === null) return
    fail(null)
    setShare(0)
    try {
      const of = { time, style: useSettings.getState().csvStyle, told: setShare }
      const parts = await intervalsFile(
        (input) => client.call('energy.intervals', input),
        { fromMs, toMs, grouping },
        of,
      )
      saveFile(`energy-intervals-${fileTime(fromMs)}.csv`, parts, 'text/csv;charset=utf-8')
    } catch (error) {
      fail(error instanceof Error ? error.message : String(error))
    } finally {
      setShare(null)
    }
  }
  return (
    <Button variant="default" disabled={share !== null} onClick={() => void save()}>
      {share === null ? 'Save intervals' : `Intervals, ${Math.floor(share * 100)} %`}
    </Button>
  )
}

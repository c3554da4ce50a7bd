import { Button, NativeSelect } from '@mantine/core'
import type { SiteLine } from '../../../shared/site/site.ts'
import { go, routeTo } from '../../state/route.ts'
import type { DoctorChoice } from './use-doctor-choice.ts'

const windows = [
  { value: '10', label: 'Last 10 s' },
  { value: '60', label: 'Last minute' },
  { value: '300', label: 'Last 5 minutes' },
  { value: '600', label: 'Last 10 minutes' },
]

/** Which line, over which time, and how its timeline is shown. */
export const DoctorTools = ({
  line,
  lines,
  choice,
}: {
  readonly line: SiteLine
  readonly lines: readonly SiteLine[]
  readonly choice: DoctorChoice
}) => {
  const { paused, oneRow, asTable } = choice
  return (
    <div className="row no-print doctor-tools">
      <NativeSelect
        label="Line"
        value={line.id}
        onChange={(event) => go(routeTo('doctor', event.currentTarget.value))}
        data={lines.map(({ id, name, transport }) => ({ value: id, label: `${name ?? id} (${transport})` }))}
      />
      <NativeSelect
        label="Counts and signs over"
        value={String(choice.windowS)}
        onChange={(event) => choice.setWindowS(Number(event.currentTarget.value))}
        data={windows}
      />
      <Button variant="default" aria-pressed={paused} onClick={() => choice.setPaused(!paused)}>
        {paused ? 'Resume' : 'Pause'}
      </Button>
      <Button variant="default" aria-label="Zoom in" onClick={() => choice.zoom(-1)} disabled={choice.isNearest}>
        +
      </Button>
      <Button variant="default" aria-label="Zoom out" onClick={() => choice.zoom(1)} disabled={choice.isFarthest}>
        −
      </Button>
      <Button variant="default" onClick={() => choice.setOneRow(!oneRow)}>
        {oneRow ? 'A row per device' : 'One row'}
      </Button>
      <Button variant="default" aria-pressed={asTable} onClick={() => choice.setAsTable(!asTable)}>
        {asTable ? 'View as timeline' : 'View as table'}
      </Button>
    </div>
  )
}

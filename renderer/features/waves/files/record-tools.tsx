import { Button, NativeSelect } from '@mantine/core'
import { secondsText, zoomedSpan } from '../../../charts/record-data.ts'
import type { RecordReading } from './use-record.ts'

/** How the values of a record are shown, and how much of it. `hasRatio`: its traces are of transformers. */
export const RecordTools = ({ record, hasRatio }: { readonly record: RecordReading; readonly hasRatio: boolean }) => {
  const { mode, setMode, isPrimary, setPrimary, overlay, setOverlay, overlays, span, setSpan, atS, frame } = record
  const { durationS, leastS } = frame
  const length = span.toS - span.fromS
  const zoom = (factor: number) => () => setSpan(zoomedSpan(span, atS, factor, durationS, leastS))
  return (
    <div className="row no-print waves-tools">
      <NativeSelect
        label="Values"
        value={mode}
        onChange={(event) => setMode(event.currentTarget.value as 'samples' | 'rms')}
        data={[
          { value: 'samples', label: 'as recorded' },
          { value: 'rms', label: 'one-cycle RMS' },
        ]}
      />
      {hasRatio ? (
        <NativeSelect
          label="Side"
          value={isPrimary ? 'primary' : 'recorded'}
          onChange={(event) => setPrimary(event.currentTarget.value === 'primary')}
          data={[
            { value: 'recorded', label: 'as recorded' },
            { value: 'primary', label: 'primary' },
          ]}
        />
      ) : null}
      {overlays.length === 0 ? null : (
        <NativeSelect
          label="Laid over it"
          value={overlay}
          onChange={(event) => setOverlay(event.currentTarget.value)}
          data={[{ value: '', label: 'nothing' }, ...overlays]}
        />
      )}
      <Button variant="default" onClick={zoom(0.5)}>
        Zoom in
      </Button>
      <Button variant="default" onClick={zoom(2)}>
        Zoom out
      </Button>
      <Button variant="default" onClick={() => setSpan({ fromS: 0, toS: Math.max(durationS, leastS) })}>
        All of it
      </Button>
      <span className="dim" role="status">
        {secondsText(span.fromS, length)} to {secondsText(span.toS, length)} of {secondsText(durationS, durationS)}
      </span>
    </div>
  )
}

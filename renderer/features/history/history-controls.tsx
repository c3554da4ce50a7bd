import { Button, NativeSelect } from '@mantine/core'
import type { MeterDescription, Overview } from '../../../shared/api/site-contract.ts'
import { TimeField } from '../../ui/time-field.tsx'
import { presets } from './history-range.ts'
import type { HistoryReading } from './use-history.ts'

/** Which meter, which quantity, over which time. */
export const HistoryControls = ({
  overview,
  meter,
  history,
}: {
  readonly overview: Overview
  readonly meter: MeterDescription
  readonly history: HistoryReading
}) => {
  const { choices, choice, range, change, showTime, showPreset } = history
  const { fromMs, toMs, spanMs } = range
  return (
    <div className="row no-print history-controls">
      <NativeSelect
        label="Meter"
        value={meter.id}
        data={overview.meters.map((entry) => ({ value: entry.id, label: entry.name }))}
        onChange={(event) => change({ meter: event.currentTarget.value, show: null })}
      />
      <NativeSelect
        label="Quantity"
        value={choice?.value ?? ''}
        data={choices.map(({ value, label }) => ({ value, label }))}
        onChange={(event) => change({ show: event.currentTarget.value })}
      />
      <TimeField
        key={`from ${fromMs}`}
        label="From"
        atMs={fromMs}
        allow={(at) => (at < toMs ? null : 'must be before To')}
        change={(at) => showTime(at, toMs)}
      />
      <TimeField
        key={`to ${toMs}`}
        label="To"
        atMs={toMs}
        allow={(at) => (at > fromMs ? null : 'must be after From')}
        change={(at) => showTime(fromMs, at)}
      />
      <div className="row" role="group" aria-label="Time range">
        {presets.map((preset) => (
          <Button
            key={preset.value}
            variant={spanMs === Number(preset.value) ? 'filled' : 'default'}
            aria-pressed={spanMs === Number(preset.value)}
            onClick={() => showPreset(preset.value)}
          >
            {preset.label}
          </Button>
        ))}
      </div>
    </div>
  )
}

import { SegmentedControl } from '@mantine/core'
import { longestSnapshotMs } from '../../../shared/api/snapshot-contract.ts'
import { NumberField } from '../../ui/number-field.tsx'
import { TimeField } from '../../ui/time-field.tsx'

/** Which time a snapshot is of, as it stands in the form. */
export interface WindowDraft {
  readonly kind: 'last' | 'stretch'
  readonly minutes: number | string
  readonly fromMs: number
  readonly toMs: number
}

export type SnapshotWindow =
  { readonly minutes: number } | { readonly range: { readonly fromMs: number; readonly toMs: number } }

const mostMinutes = longestSnapshotMs / 60_000

/** The window that is meant; null while the form has none that can be taken. */
export const windowOf = ({ kind, minutes, fromMs, toMs }: WindowDraft): SnapshotWindow | null => {
  if (kind === 'stretch')
    return toMs > fromMs && toMs - fromMs <= longestSnapshotMs ? { range: { fromMs, toMs } } : null
  const isGood = typeof minutes === 'number' && Number.isInteger(minutes) && minutes >= 1 && minutes <= mostMinutes
  return isGood ? { minutes } : null
}

/** Why a stretch with this start and end can't be taken; null when it can. */
export const whyNotStretch = (fromMs: number, toMs: number, nowMs: number): string | null => {
  if (toMs > nowMs) return 'That time has not come yet'
  if (toMs <= fromMs) return 'The end must be after the start'
  return toMs - fromMs > longestSnapshotMs ? 'At most 7 days go into one file' : null
}

export const WindowFields = ({
  draft,
  change,
  nowMs,
}: {
  readonly draft: WindowDraft
  readonly change: (draft: WindowDraft) => void
  readonly nowMs: () => number
}) => (
  <div className="row snapshot-fields">
    <SegmentedControl
      aria-label="Which time"
      value={draft.kind}
      data={[
        { value: 'last', label: 'Up to now' },
        { value: 'stretch', label: 'From and to' },
      ]}
      onChange={(kind) => {
        const toMs = nowMs()
        change(kind === 'last' ? { ...draft, kind } : { ...draft, kind: 'stretch', fromMs: toMs - 900_000, toMs })
      }}
    />
    {draft.kind === 'last' ? (
      <NumberField
        label="Last minutes"
        description={`1 to ${mostMinutes} (7 days)`}
        min={1}
        max={mostMinutes}
        required
        value={draft.minutes}
        onChange={(minutes) => change({ ...draft, minutes })}
        w={130}
      />
    ) : (
      <>
        <TimeField
          key={`from ${draft.fromMs}`}
          label="From"
          atMs={draft.fromMs}
          allow={(fromMs) => (fromMs >= nowMs() ? 'That time has not come yet' : null)}
          change={(fromMs) => change({ ...draft, fromMs })}
        />
        <TimeField
          key={`to ${draft.toMs}`}
          label="To"
          atMs={draft.toMs}
          allow={(toMs) => whyNotStretch(draft.fromMs, toMs, nowMs())}
          change={(toMs) => change({ ...draft, toMs })}
        />
        {windowOf(draft) === null ? <p role="alert">{whyNotStretch(draft.fromMs, draft.toMs, nowMs())}</p> : null}
      </>
    )}
  </div>
)

import { Tooltip } from '@mantine/core'
import type { Sample } from '../../shared/model/sample.ts'
import { formatAge } from '../format/duration.ts'
import { qualityText } from '../format/quality.ts'
import { useNow } from '../state/clock.ts'

/** A dash and, where there is room, the reason in two words; the whole reason on hover and for a screen reader. */
export const Missing = ({
  sample,
  brief = false,
}: {
  readonly sample: Sample | undefined
  readonly brief?: boolean
}) => {
  const text =
    sample === undefined
      ? { short: 'not reported', long: 'This device does not have it.' }
      : qualityText(sample.quality)
  return (
    <Tooltip label={text.long}>
      <span className="dim nowrap">
        –<span className={brief ? 'sr-only' : ''}> {text.short}</span>
      </span>
    </Tooltip>
  )
}

/** How old something is, kept current. */
export const Age = ({ atMs, suffix = '' }: { readonly atMs: number | null; readonly suffix?: string }) => {
  const now = useNow()
  return atMs === null ? (
    <span className="dim">–</span>
  ) : (
    <span className="nowrap">
      {formatAge(now - atMs)}
      {suffix}
    </span>
  )
}

import type { Sample } from '../../shared/model/sample.ts'
import { qualityText } from '../format/quality.ts'

/** A dash with why there is no value: on hover, and in words for a screen reader. */
export const Dash = ({ why }: { readonly why: string }) => (
  <span className="dim" title={why}>
    –<span className="sr-only"> {why}</span>
  </span>
)

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
    <span className="dim nowrap" title={text.long}>
      –<span className={brief ? 'sr-only' : ''}> {text.short}</span>
    </span>
  )
}

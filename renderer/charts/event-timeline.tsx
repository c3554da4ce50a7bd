import './event-timeline.css'

export interface TimelineEvent {
  readonly id: string
  readonly atMs: number
  /** What it says of itself. */
  readonly label: string
  readonly isSevere: boolean
  readonly isBound: boolean
}

const [width, height] = [1000, 34] as const

/** When events were: full marks for those known half cycle by half cycle, hollow ones for bounds. A click chooses; the list below is its table form. */
export const EventTimeline = ({
  events,
  fromMs,
  toMs,
  ends,
  chosenId,
  choose,
}: {
  readonly events: readonly TimelineEvent[]
  readonly fromMs: number
  readonly toMs: number
  /** The range in words: left and right. */
  readonly ends: readonly [string, string]
  readonly chosenId: string | null
  readonly choose: (id: string) => void
}) => {
  const x = (ms: number) => 8 + ((ms - fromMs) / Math.max(1, toMs - fromMs)) * (width - 16)
  return (
    <figure className="event-timeline" aria-label="Timeline of the events">
      <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
        <line className="timeline-axis" x1={8} x2={width - 8} y1={height / 2} y2={height / 2} />
        {events.map(({ id, atMs, label, isSevere, isBound }) => (
          <rect
            key={id}
            className={`timeline-mark${isSevere ? ' is-severe' : ''}${isBound ? ' is-bound' : ''}${id === chosenId ? ' is-chosen' : ''}`}
            x={x(atMs) - 3}
            y={isSevere ? 4 : 9}
            width={6}
            height={isSevere ? height - 8 : height - 18}
            onClick={() => choose(id)}
          >
            <title>{label}</title>
          </rect>
        ))}
      </svg>
      <figcaption className="dim">
        <span>{ends[0]}</span>
        <span>{events.length === 0 ? 'no event' : 'full: known exactly; hollow: bounds from polls'}</span>
        <span>{ends[1]}</span>
      </figcaption>
    </figure>
  )
}

import { memo, useMemo } from 'react'
import { timelineMarks, type TimelineEvent } from './timeline-marks.ts'
import './event-timeline.css'

const [width, height] = [1000, 34] as const

/** When events were: full marks for those known half cycle by half cycle, hollow ones for bounds. A click chooses; the list below is its table form. */
export const EventTimeline = memo(
  ({
    events,
    labelOf,
    fromMs,
    toMs,
    ends,
    chosenId,
    choose,
  }: {
    readonly events: readonly TimelineEvent[]
    /** What an event says of itself, and how many lie on its mark. */
    readonly labelOf: (id: string, count: number) => string
    readonly fromMs: number
    readonly toMs: number
    /** The range in words: left and right. */
    readonly ends: readonly [string, string]
    readonly chosenId: string | null
    readonly choose: (id: string) => void
  }) => {
    const marks = useMemo(() => timelineMarks(events, fromMs, toMs, width, chosenId), [events, fromMs, toMs, chosenId])
    return (
      <figure className="event-timeline" aria-label="Timeline of the events">
        <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
          <line className="timeline-axis" x1={8} x2={width - 8} y1={height / 2} y2={height / 2} />
          {marks.map(({ id, x, count, isSevere, isBound }) => (
            <rect
              key={id}
              className={`timeline-mark${isSevere ? ' is-severe' : ''}${isBound ? ' is-bound' : ''}${id === chosenId ? ' is-chosen' : ''}`}
              x={x - 3}
              y={isSevere ? 4 : 9}
              width={6}
              height={isSevere ? height - 8 : height - 18}
              onClick={() => choose(id)}
            >
              <title>{labelOf(id, count)}</title>
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
  },
)
EventTimeline.displayName = 'EventTimeline'

import type { Exchange } from '../../../shared/bus/exchange.ts'
import { isFault, resultOf } from './exchange-words.ts'
import { FaultShape, type TimelineScale } from './timeline-scale.tsx'

/** Room for a fault's word behind its shape, drawing units. */
const wordRoom = ({ length }: string): number => 8 + length * 5.5

/** Faults whose word is written: those that do not stand in the word before. */
export const wordedFaults = (shown: readonly Exchange[], x: TimelineScale['x']): ReadonlySet<number> => {
  let until = 0
  const worded = new Set<number>()
  for (const exchange of shown) {
    const at = x(exchange.startMs)
    if (!isFault(exchange) || at <= until) continue
    worded.add(exchange.seq)
    until = at + wordRoom(resultOf(exchange).word)
  }
  return worded
}

const Reply = ({ exchange, from, y, x }: { exchange: Exchange; from: number; y: number; x: TimelineScale['x'] }) => {
  const { replyStartMs, replyEndMs } = exchange
  if (replyStartMs === null) return null
  const start = x(replyStartMs)
  return (
    <>
      <line className="doctor-turnaround" x1={from} x2={start} y1={y} y2={y} />
      {replyEndMs === null ? null : (
        <rect className="doctor-reply" x={start} y={y - 8} width={Math.max(1.5, x(replyEndMs) - start)} height={16} />
      )}
    </>
  )
}

/** One exchange: request, turnaround and reply to scale; a fault has a shape and its word. */
export const ExchangeMark = ({
  exchange,
  scale: { x, rowY },
  hasWord,
  isSelected,
  select,
}: {
  readonly exchange: Exchange
  readonly scale: TimelineScale
  readonly hasWord: boolean
  readonly isSelected: boolean
  readonly select: () => void
}) => {
  const y = rowY(exchange.unit)
  const { kind, word } = resultOf(exchange)
  const start = x(exchange.startMs)
  const requestEnd = Math.max(x(exchange.requestEndMs), start + 1.5)
  const end = exchange.replyEndMs === null || exchange.result === 'late' ? requestEnd : x(exchange.replyEndMs)
  return (
    <g className={`doctor-exchange ${isSelected ? 'is-selected' : ''}`} onClick={select} data-seq={exchange.seq}>
      <rect className="doctor-hit" x={start - 1} y={y - 11} width={Math.max(6, end - start + 2)} height={22} />
      <rect className="doctor-request" x={start} y={y - 8} width={requestEnd - start} height={16} />
      <Reply exchange={exchange} from={requestEnd} y={y} x={x} />
      {isFault(exchange) ? <FaultShape x={end + 6} y={y} kind={kind} /> : null}
      {hasWord ? (
        <text
          className={kind === 'warning' ? 'doctor-word doctor-warn' : 'doctor-word doctor-alarm'}
          x={end + 13}
          y={y - 3}
        >
          {word.slice(0, 30)}
        </text>
      ) : null}
    </g>
  )
}

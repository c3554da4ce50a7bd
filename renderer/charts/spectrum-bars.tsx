import { formatNumber } from '../format/number.ts'
import './charts.css'

const [width, height, bottom, left] = [360, 150, 16, 34] as const

/** RMS of each order over the fundamental, percent; the direct part is order 0. The fundamental itself is not drawn: it would hide the rest. */
export const SpectrumBars = ({ orders, colour }: { readonly orders: readonly number[]; readonly colour: string }) => {
  const fundamental = orders[1] ?? 0
  const shares = orders.map((value) => (fundamental > 0 ? (100 * value) / fundamental : 0))
  const drawn = shares.map((share, order) => (order === 1 ? 0 : share))
  const most = Math.max(1, ...drawn)
  const top = [1, 2, 5, 10, 20, 50, 100, 200, 500].find((step) => step >= most) ?? most
  const step = (width - left - 6) / Math.max(10, orders.length)
  const yOf = (share: number) => 6 + (1 - Math.min(1, share / top)) * (height - bottom - 6)
  const largest = drawn
    .map((share, order) => ({ share, order }))
    .filter(({ share }) => share >= 0.1)
    .sort((one, other) => other.share - one.share)
    .slice(0, 6)
  const said =
    largest.length === 0
      ? 'no order reaches 0.1 % of the fundamental'
      : largest.map(({ share, order }) => `order ${order} ${formatNumber(share, 1)} %`).join(', ')
  return (
    <div className="spectrum">
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={`Orders over the fundamental: ${said}`}>
        {[0, 0.5, 1].map((share) => (
          <g key={share}>
            <line x1={left} x2={width} y1={yOf(share * top)} y2={yOf(share * top)} />
            <text x={left - 4} y={yOf(share * top)} textAnchor="end" dominantBaseline="middle">
              {formatNumber(share * top, top < 2 ? 1 : 0)} %
            </text>
          </g>
        ))}
        {drawn.map((share, order) => (
          <rect
            key={order}
            x={left + order * step + step * 0.15}
            width={step * 0.7}
            y={yOf(share)}
            height={Math.max(0, height - bottom - yOf(share))}
            style={{ fill: `var(${colour})` }}
          />
        ))}
        {drawn.map((_, order) =>
          order % 5 === 0 ? (
            <text key={order} x={left + order * step + step / 2} y={height - 4} textAnchor="middle">
              {order}
            </text>
          ) : null,
        )}
      </svg>
      <p className="dim">Largest: {said}</p>
    </div>
  )
}

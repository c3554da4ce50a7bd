import { formatNumber } from '../format/number.ts'
import './charts.css'

export interface DrawnPhasor {
  readonly key: string
  readonly label: string
  readonly colour: string
  readonly kind: 'voltage' | 'current' | 'other'
  readonly rms: number
  readonly unit: string
  /** Degrees, counter-clockwise from the right. */
  readonly angleDeg: number
}

const size = 200
const radius = 82
/** Labels of shorter arrows would lie on each other in the middle; the table and the text have them all. */
const shortest = 12

/** Voltages and currents as arrows of one instant: voltages to the outer circle, currents to the inner one, each kind on its own scale. */
export const PhasorDiagram = ({
  phasors,
  evidence,
}: {
  readonly phasors: readonly DrawnPhasor[]
  readonly evidence: string
}) => {
  const largest = (kind: DrawnPhasor['kind']) =>
    Math.max(0, ...phasors.filter((each) => each.kind === kind).map(({ rms }) => rms))
  const lengths = { voltage: radius, current: radius * 0.62, other: radius * 0.4 }
  const said = phasors
    .map(
      ({ label, rms, unit, angleDeg }) => `${label} ${formatNumber(rms, 1)} ${unit} at ${formatNumber(angleDeg, 0)}°`,
    )
    .join(', ')
  return (
    <figure className="panel phasor" aria-label="Phasors">
      <h2>
        Phasors <span className="dim">{evidence}</span>
      </h2>
      <svg
        viewBox={`0 0 ${size} ${size}`}
        role="img"
        aria-label={said === '' ? 'No phasor is known here' : said}
        style={{ maxHeight: 220 }}
      >
        <circle cx={size / 2} cy={size / 2} r={radius} />
        <circle cx={size / 2} cy={size / 2} r={radius * 0.62} strokeDasharray="2 3" />
        {phasors.map(({ key, label, colour, kind, rms, angleDeg }) => {
          const scale = largest(kind)
          const length = scale === 0 ? 0 : (rms / scale) * lengths[kind]
          const angle = (angleDeg * Math.PI) / 180
          const [x, y] = [size / 2 + length * Math.cos(angle), size / 2 - length * Math.sin(angle)]
          const [textX, textY] = [size / 2 + (length + 9) * Math.cos(angle), size / 2 - (length + 9) * Math.sin(angle)]
          return (
            <g key={key}>
              <line
                x1={size / 2}
                y1={size / 2}
                x2={x}
                y2={y}
                stroke={`var(${colour})`}
                strokeWidth={kind === 'voltage' ? 1.6 : 2.6}
              />
              <circle cx={x} cy={y} r={2.4} style={{ fill: `var(${colour})`, stroke: 'none' }} />
              {length < shortest ? null : (
                <text x={textX} y={textY} textAnchor="middle" dominantBaseline="middle">
                  {label}
                </text>
              )}
            </g>
          )
        })}
      </svg>
    </figure>
  )
}

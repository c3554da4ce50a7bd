import { Checkbox } from '@mantine/core'
import type { WaveFileTrace } from '../../../../shared/api/wave-files-contract.ts'

/** At most so many are asked for at once; more are not told apart. */
export const mostTraces = 24

/** Which traces are drawn. */
export const TraceChoice = ({
  traces,
  chosen,
  choose,
}: {
  readonly traces: readonly WaveFileTrace[]
  readonly chosen: readonly number[]
  readonly choose: (chosen: readonly number[]) => void
}) => (
  <details className="panel">
    <summary>
      {chosen.length} of {traces.length} traces are drawn
    </summary>
    <div className="trace-choice">
      {traces.map(({ name, unit, circuit }, number) => {
        const isOn = chosen.includes(number)
        return (
          <Checkbox
            key={number}
            label={`${name}${unit === '' ? '' : ` (${unit})`}${circuit === '' ? '' : ` · ${circuit}`}`}
            checked={isOn}
            disabled={!isOn && chosen.length >= mostTraces}
            onChange={() =>
              choose(
                isOn ? chosen.filter((each) => each !== number) : [...chosen, number].sort((one, other) => one - other),
              )
            }
          />
        )
      })}
    </div>
  </details>
)

import { useMemo, useState } from 'react'
import { breakerModel } from '../../../shared/electrical/breaker/breaker-model.ts'
import { breakerSchema } from '../../../shared/site/site-breaker.ts'
import { CurveChart } from '../../charts/curve/curve-chart.tsx'
import { formatAmperes } from '../../format/number.ts'
import { useColourScheme } from '../../state/colour-scheme.ts'
import { bandsOf, bandText, curveSummary, shownCurrents, type CurveDevice } from '../trips/curve/curve-facts.ts'

const heightPx = 220

/** The curve of the breaker as it is being written: what a wrong letter or a slipped dial does is seen before it is saved. */
export const BreakerPreview = ({
  id,
  name,
  breaker,
}: {
  readonly id: string
  readonly name: unknown
  readonly breaker: unknown
}) => {
  const [cursorA, setCursor] = useState<number | null>(null)
  const colours = useColourScheme()
  // The draft is made anew with every key; only another breaker is another curve.
  const written = JSON.stringify(breaker)
  const made = useMemo((): CurveDevice | { readonly why: string } => {
    const parsed = breakerSchema.safeParse(JSON.parse(written))
    if (!parsed.success) return { why: 'Its curve is drawn when its fields are right.' }
    const model = breakerModel(parsed.data)
    return 'why' in model
      ? { why: `No curve: ${model.why}` }
      : { id, name: typeof name === 'string' ? name : id, breaker: parsed.data, model }
  }, [written, id, name])
  const bands = useMemo(() => ('why' in made ? [] : bandsOf([made])), [made])
  if ('why' in made) return <p className="dim">{made.why}</p>
  const [fromA, toA] = shownCurrents([made])
  return (
    <div className="draft-curve">
      <CurveChart
        title="Its time-current curve, as written"
        bands={bands}
        trails={[]}
        fromA={fromA}
        toA={toA}
        evidence={`from cold, ${made.model.basis}`}
        summary={curveSummary([made], [])}
        cursorA={cursorA}
        point={setCursor}
        height={heightPx}
        colours={colours}
      />
      <p className="dim">
        {cursorA === null
          ? `${made.model.label}: carries ${formatAmperes(made.model.conventional.noTripA)} A, trips within ${made.model.conventional.seconds / 3600} h at ${formatAmperes(made.model.conventional.tripA)} A.`
          : `At ${formatAmperes(cursorA)} A from cold: ${bandText(made, cursorA)}.`}
      </p>
    </div>
  )
}

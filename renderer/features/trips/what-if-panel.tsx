import { NativeSelect } from '@mantine/core'
import { useMemo, useState } from 'react'
import { whatIfBreaker, whatIfState, type WhatIf } from '../../../shared/forensics/what-if-breaker.ts'
import type { SiteBreaker } from '../../../shared/site/site.ts'
import { formatNumber } from '../../format/number.ts'
import type { TimeFormat } from '../../format/time.ts'
import { NumberField } from '../../ui/number-field.tsx'
import type { CurvePole } from './curve/curve-facts.ts'

/** Without a colour: what might have been is no state of anything. */
const short = { trips: 'Trips', 'may-trip': 'May trip', holds: 'Holds' } as const
const leastA = 1
const mostA = 6300
const letters: readonly SiteBreaker['curve'][] = ['B', 'C', 'D']
/** Ratings that breakers are made with, A. */
const ratings = [
  6, 10, 13, 16, 20, 25, 32, 40, 50, 63, 80, 100, 125, 160, 200, 250, 315, 400, 500, 630, 800, 1000,
] as const

const seconds = (value: number): string =>
  value === Infinity ? 'for good' : value < 90 ? `${formatNumber(value, 0)} s` : `${formatNumber(value / 60, 0)} min`

const goesOnWords = ({ lastA, goesOnS }: WhatIf): string => {
  if (lastA === null || goesOnS === null) return ''
  if (goesOnS.earlyS === Infinity) return ` It carries the last ${formatNumber(lastA, 1)} A for good.`
  const until = goesOnS.lateS === Infinity ? 'or it holds' : `and at the latest in ${seconds(goesOnS.lateS)}`
  return ` Had the last ${formatNumber(lastA, 1)} A stayed, it would have tripped in ${seconds(goesOnS.earlyS)} at the earliest, ${until}.`
}

const wordsOf = (answer: WhatIf, time: TimeFormat): string => {
  const used = `${formatNumber(answer.earlyPercent, 0)} % of the thermal margin of a fast breaker of this type and ${formatNumber(answer.latePercent, 0)} % of a slow one used on ${answer.phase}`
  switch (whatIfState(answer)) {
    case 'trips':
      return `It would have tripped too, at ${time.clock(answer.lateTripMs ?? 0)} at the latest: ${used}.`
    case 'may-trip':
      return `It may have tripped, from ${time.clock(answer.earlyTripMs ?? 0)} on: ${used}.`
    case 'holds':
      return `It would have held to the moment: ${used}.${goesOnWords(answer)}`
  }
}

/** The recorded current of an incident against another rating, setting or curve of its breaker. Changes nothing anywhere. */
export const WhatIfPanel = ({
  breaker,
  poles,
  time,
}: {
  readonly breaker: SiteBreaker
  readonly poles: readonly CurvePole[]
  readonly time: TimeFormat
}) => {
  const declaredA = breaker.tripUnit?.ir ?? breaker.rating
  const isLetter = letters.includes(breaker.curve)
  const [curve, setCurve] = useState(breaker.curve)
  const [typed, setTyped] = useState<number | string>(ratings.find((rating) => rating > declaredA) ?? declaredA)
  const ratingA = typeof typed === 'number' && typed >= leastA && typed <= mostA ? typed : null
  const answer = useMemo(() => {
    if (ratingA === null) return null
    const trails = poles.map(({ phase, atMs, amperes }) => ({ phase, readings: { atMs, amperes } }))
    return whatIfBreaker(breaker, { ratingA, curve }, trails)
  }, [breaker, ratingA, curve, poles])
  const setting = breaker.tripUnit === undefined ? 'Rating' : 'Ir'
  return (
    <section className="panel stack" aria-label="What if">
      <h2>What if its breaker had been another</h2>
      <div className="row">
        {isLetter ? (
          <NativeSelect
            label="Curve"
            value={curve}
            data={[...letters]}
            onChange={(event) => setCurve(letters.find((one) => one === event.currentTarget.value) ?? curve)}
          />
        ) : null}
        <NumberField
          label={`${setting}, A (declared ${formatNumber(declaredA, 0)} A)`}
          value={typed}
          min={leastA}
          max={mostA}
          error={
            typeof typed === 'number' && ratingA === null ? `between ${String(leastA)} and ${String(mostA)} A` : null
          }
          onChange={setTyped}
        />
      </div>
      <p role="status" data-testid="what-if">
        {answer === null ? (
          <>No answer: give a rating.</>
        ) : 'why' in answer ? (
          <>No answer: {answer.why}.</>
        ) : (
          <>
            <strong>{short[whatIfState(answer)]}.</strong> {wordsOf(answer, time)}
          </>
        )}
      </p>
      <p className="dim">
        From polled current up to the moment, where the breaker sits as declared; the load before is taken to be that of
        the first minute. A surge of some milliseconds and a current to earth are not in it. A larger breaker needs a
        cable that carries it.
      </p>
    </section>
  )
}

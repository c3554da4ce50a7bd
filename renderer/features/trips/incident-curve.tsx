import { useMemo } from 'react'
import type { Incident } from '../../../shared/forensics/incident.ts'
import { phases } from '../../../shared/model/phase.ts'
import type { Site } from '../../../shared/site/site.ts'
import { useColourScheme } from '../../state/colour-scheme.ts'
import { pointAt, useCursor } from '../../state/cursor.ts'
import { routeTo } from '../../state/route.ts'
import { useSettings } from '../../state/settings.ts'
import { useTimeFormat } from '../../state/site-facts.ts'
import { noCurveWhy, seriesOf, type CurvePole } from './curve/curve-facts.ts'
import { CurvePanel } from './curve/curve-panel.tsx'
import { WhatIfPanel } from './what-if-panel.tsx'

/** What each pole of the circuit carried up to the moment, as the incident keeps it. */
const polesOf = (incident: Incident, circuitId: string): readonly CurvePole[] => {
  const end = incident.times.findLastIndex((atMs) => atMs < incident.atMs) + 1
  return phases.flatMap((phase): CurvePole[] => {
    const series = incident.series.find(({ key }) => key === `i:${circuitId}:${phase}`)
    if (series === undefined || series.values.every((value) => value === null)) return []
    const amperes = series.values.slice(0, end)
    return [
      { phase, atMs: incident.times.slice(0, end), amperes, nowA: amperes.findLast((value) => value !== null) ?? null },
    ]
  })
}

/** The breaker's curve and those above it, with the incident's own trail on it. */
export const IncidentCurve = ({ incident, site }: { readonly incident: Incident; readonly site: Site }) => {
  const { circuitId } = incident
  const circuit = site.circuits.find(({ id }) => id === circuitId)
  const devices = useMemo(() => (circuitId === null ? [] : seriesOf(site, circuitId)), [site, circuitId])
  const poles = useMemo(() => (circuitId === null ? [] : polesOf(incident, circuitId)), [incident, circuitId])
  const time = useTimeFormat()
  const { atMs: cursorMs, markMs } = useCursor()
  const colours = `${useColourScheme()} ${useSettings((state) => state.phaseColours)}`
  const [device, ...above] = devices
  if (circuit === undefined) return null
  const why = noCurveWhy(circuit)
  return (
    <>
      <section className="panel stack" aria-label="Curve">
        <h2>
          Against the curve of its breaker{' '}
          <a className="dim" href={routeTo('curve', circuit.id)}>
            live
          </a>
        </h2>
        {why !== null || device?.id !== circuit.id ? (
          <p className="dim">No curve: {why ?? 'its model is not known'}.</p>
        ) : (
          <CurvePanel
            devices={[device, ...above]}
            poles={poles}
            evidence="polled RMS up to the moment, as the incident keeps it; the triangles are the last reading before it"
            time={time}
            cursorMs={cursorMs}
            markMs={markMs ?? incident.atMs}
            pointAt={pointAt}
            colours={colours}
          />
        )}
      </section>
      {why !== null || circuit.breaker === undefined ? null : (
        <WhatIfPanel breaker={circuit.breaker} poles={poles} time={time} />
      )}
    </>
  )
}

import { NativeSelect, SegmentedControl } from '@mantine/core'
import { useState } from 'react'
import type { OutputOf } from '../../../shared/api/define.ts'
import type { TripscopeContract } from '../../../shared/api/contract.ts'
import type { Overview } from '../../../shared/api/site-contract.ts'
import { phaseSwitchText } from '../../../shared/said/phase-switch.ts'
import { StepChart } from '../../charts/step-chart.tsx'
import { formatAge } from '../../format/duration.ts'
import { formatAmperes } from '../../format/number.ts'
import { useBeat } from '../../state/beat.ts'
import { siteNow } from '../../state/clock.ts'
import { useRead } from '../../state/read.ts'
import { useTimeFormat } from '../../state/site-facts.ts'
import { Dash } from '../../ui/dash.tsx'
import { Mark, PhaseLabel } from '../../ui/mark.tsx'
import { Notice } from '../../ui/notice.tsx'
import { PilotFacts } from './pilot-facts.tsx'
import './story.css'

type Why = OutputOf<TripscopeContract['control.why']>
type Story = OutputOf<TripscopeContract['control.story']>

/** The story is asked for anew this often while it is open, ms: a person reads it, nobody watches it run. */
const refreshMs = 5000

const Places = ({ why }: { readonly why: Why }) => (
  <table className="table why-places">
    <caption className="sr-only">What every phase of every circuit above had left</caption>
    <thead>
      <tr>
        <th scope="col">Circuit</th>
        <th scope="col">Phase</th>
        <th scope="col" className="num">
          May be used A
        </th>
        <th scope="col" className="num">
          Other load A
        </th>
        <th scope="col" className="num">
          Given A
        </th>
        <th scope="col" className="num">
          Left A
        </th>
        <th scope="col" className="num">
          Reading’s age
        </th>
        <th scope="col">Binds</th>
      </tr>
    </thead>
    <tbody>
      {why.places.map((place) => (
        <tr key={`${place.circuitId} ${place.phase}`}>
          <th scope="row">{place.name}</th>
          <td>
            <PhaseLabel phase={place.phase} />
          </td>
          <td className="num">{formatAmperes(place.limitA)}</td>
          <td className="num">
            {place.otherLoadA === null ? <Dash why="Not known" /> : formatAmperes(place.otherLoadA)}
          </td>
          <td className="num">{formatAmperes(place.allocatedA)}</td>
          <td className="num">
            {place.headroomA === null ? <Dash why="Not known" /> : formatAmperes(place.headroomA)}
          </td>
          <td className="num">
            {place.ageMs === null ? <Dash why="Nothing measured is behind it" /> : formatAge(place.ageMs)}
          </td>
          <td>{place.binds ? <Mark kind="info">binds</Mark> : ''}</td>
        </tr>
      ))}
    </tbody>
  </table>
)

const Chain = ({ why }: { readonly why: Why }) => {
  const time = useTimeFormat()
  return (
    <div data-testid="why-chain">
      <p>
        <strong>{why.sentence}</strong>{' '}
        <span className="dim">
          decided {time.dateTime(why.decidedAtMs)} ({why.trigger}, {why.mode}
          {why.agoMs > 2500 ? `; the last decision kept, ${formatAge(why.agoMs)} before the time asked about` : ''})
        </span>
      </p>
      {why.counted.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
      <Places why={why} />
      <p>
        <strong>The next ampere would need:</strong>{' '}
        {why.next.length === 0 ? 'nothing: it rises with the next step' : why.next.join('; ')}.
      </p>
      {why.phaseSwitch === null ? null : (
        <p data-testid="why-phases">
          <strong>One phase or three:</strong> it {phaseSwitchText(why.phaseSwitch)}.
        </p>
      )}
      <p className="dim">
        Rests on{' '}
        {why.inputs
          .map(({ what, ageMs }) => (ageMs === null ? what : `${what} (read ${formatAge(ageMs)} before)`))
          .join('; ')}
        .
      </p>
    </div>
  )
}

const Changes = ({ story, at }: { readonly story: Story; readonly at: (atMs: number) => void }) => {
  const time = useTimeFormat()
  const rows = [...story.changes].reverse()
  return (
    <div className="story-changes" tabIndex={0} role="region" aria-label="Changes of the last hour">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col" className="num">
              From A
            </th>
            <th scope="col" className="num">
              To A
            </th>
            <th scope="col">Why</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.atMs}>
              <th scope="row">
                <button type="button" className="plain-button" onClick={() => at(row.atMs)}>
                  {time.clock(row.atMs)}
                </button>
              </th>
              <td className="num">
                {row.fromA === null ? <Dash why="The first one kept" /> : formatAmperes(row.fromA)}
              </td>
              <td className="num">{formatAmperes(row.toA)}</td>
              <td>{row.why}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** One charger's last hour: limits, requests and current over time, every change with its reason, and the chain behind any moment. */
export const ChargerStory = ({
  overview,
  chosen,
  choose,
}: {
  readonly overview: Overview
  readonly chosen: string | null
  readonly choose: (id: string) => void
}) => {
  const time = useTimeFormat()
  const [minutes, setMinutes] = useState('60')
  const [atMs, setAtMs] = useState<number | null>(null)
  const beat = useBeat(refreshMs)
  const chargerId = chosen ?? overview.chargers[0]?.id ?? ''
  const toMs = Math.ceil(siteNow() / refreshMs) * refreshMs
  const fromMs = toMs - Number(minutes) * 60_000
  const why = useRead('control.why', { chargerId, atMs }, beat)
  const story = useRead('control.story', { chargerId, fromMs, toMs }, beat)
  return (
    <section className="panel story" aria-label="Story of a charger">
      <div className="row">
        <h2 className="grow">Why, and the story of the last hour</h2>
        <NativeSelect
          aria-label="Charger of the story"
          value={chargerId}
          onChange={(event) => {
            setAtMs(null)
            choose(event.currentTarget.value)
          }}
          data={overview.chargers.map(({ id, name }) => ({ value: id, label: name }))}
        />
        <SegmentedControl
          aria-label="Stretch of the story"
          value={minutes}
          onChange={setMinutes}
          data={[
            { value: '10', label: '10 min' },
            { value: '60', label: '1 h' },
          ]}
        />
        <button type="button" className="plain-button" disabled={atMs === null} onClick={() => setAtMs(null)}>
          {atMs === null ? 'Now' : `At ${time.clock(atMs)}; back to now`}
        </button>
      </div>
      {why.step === 'failed' ? (
        <Notice tone="normal" title="No chain for this moment">
          {why.why}
        </Notice>
      ) : why.value === null ? null : (
        <Chain why={why.value} />
      )}
      {story.step === 'failed' ? (
        <Notice tone="warn" title="The story could not be read">
          {story.why}
        </Notice>
      ) : story.value === null ? null : (
        <>
          <StepChart
            title="Limit asked for, limit in force and measured current"
            unit="A"
            times={story.value.atMs}
            fromMs={fromMs}
            toMs={toMs}
            height={150}
            clock={time.clock}
            series={[
              { label: 'measured, highest phase', colour: '--ts-bar', values: story.value.drawnA, isArea: true },
              { label: 'limit in force, read back', colour: '--ts-text', values: story.value.heldA },
              { label: 'limit asked for', colour: '--ts-control', values: story.value.askedA, dash: true },
            ]}
          />
          <p className="dim">
            Polled every second, one point in {story.value.stepMs / 1000} s, since {time.clock(story.value.sinceMs)};
            what happens between two points does not show.
          </p>
          <Changes story={story.value} at={setAtMs} />
          <PilotFacts key={chargerId} inForceA={story.value.heldA.at(-1) ?? null} />
          <details>
            <summary>How limits fall and rise here</summary>
            <ul className="lines">
              {story.value.hysteresis.map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
          </details>
        </>
      )}
    </section>
  )
}

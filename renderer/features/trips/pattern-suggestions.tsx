import { Button } from '@mantine/core'
import { useState } from 'react'
import type { Suggestion } from '../../../shared/forensics/suggestions.ts'
import { formatNumber } from '../../format/number.ts'
import { useRead } from '../../state/read.ts'
import { routeTo } from '../../state/route.ts'
import { useTimeFormat } from '../../state/site-facts.ts'
import { Notice } from '../../ui/notice.tsx'

type Replay = Suggestion['replays'][number]

const rows = [
  { key: 'breaches', label: 'Times above a limit', unit: '', digits: 0 },
  { key: 'longestOverS', label: 'Longest in one piece', unit: 's', digits: 0 },
  { key: 'overAs', label: 'Above limits in all', unit: 'A s', digits: 0 },
  { key: 'trips', label: 'Breakers beyond their slowest curve', unit: '', digits: 0 },
  { key: 'energyKWh', label: 'Energy delivered', unit: 'kWh', digits: 1 },
] as const

/** The recorded stretch, played with the settings of now and with the changed one. */
const Played = ({ replay }: { readonly replay: Replay }) => {
  const { fromMs, toMs, margin, rating } = replay
  const read = useRead('control.whatIf', {
    fromMs,
    toMs,
    ...(margin === undefined ? {} : { margin }),
    ...(rating === undefined ? {} : { rating }),
  })
  if (read.step === 'failed')
    return (
      <Notice tone="warn" live title="It could not be played">
        {read.why}
      </Notice>
    )
  if (read.value === null) return <p role="status">Playing the recorded stretch twice…</p>
  const { asIs, changed, basis } = read.value
  return (
    <>
      <table className="table is-dense" aria-label={`Played with ${replay.label}`}>
        <thead>
          <tr>
            <th scope="col">Played</th>
            <th scope="col" className="num">
              as it is set
            </th>
            <th scope="col" className="num">
              with {replay.label}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, label, unit, digits }) => (
            <tr key={key}>
              <th scope="row">{label}</th>
              <td className="num">
                {formatNumber(asIs[key], digits)} {unit}
              </td>
              <td className="num">
                {formatNumber(changed[key], digits)} {unit}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="dim">{basis.join(' ')}</p>
    </>
  )
}

const Replayed = ({ replay }: { readonly replay: Replay }) => {
  const [isPlayed, setPlayed] = useState(false)
  const time = useTimeFormat()
  return isPlayed ? (
    <Played replay={replay} />
  ) : (
    <Button className="no-print" variant="default" onClick={() => setPlayed(true)}>
      Play {time.dateTime(replay.fromMs)} to {time.clock(replay.toMs)} with {replay.label}
    </Button>
  )
}

/** What may be tried, and what it would have done to what was recorded. */
export const PatternSuggestions = ({ suggestions }: { readonly suggestions: readonly Suggestion[] }) => {
  const time = useTimeFormat()
  if (suggestions.length === 0) return null
  return (
    <section className="stack" aria-label="Worth trying">
      <h3>Worth trying</h3>
      {suggestions.map(({ id, text, tried, notTriedWhy, replays }) => (
        <div key={id} className="suggestion">
          <p>
            <strong>{text}</strong>
          </p>
          {notTriedWhy === null ? null : <p className="dim">Not tried: {notTriedWhy}.</p>}
          {tried.length === 0 ? null : (
            <ul>
              {tried.map(({ atMs, says }) => (
                <li key={atMs}>
                  On {time.dateTime(atMs)}: {says}.
                </li>
              ))}
            </ul>
          )}
          {replays.map((replay) => (
            <Replayed key={`${String(replay.fromMs)} ${replay.label}`} replay={replay} />
          ))}
        </div>
      ))}
      <p className="dim">
        Tried on the readings of incidents that are kept: what would have been different besides nobody knows. See{' '}
        <a href={routeTo('control')}>Load control</a> to play other settings.
      </p>
    </section>
  )
}

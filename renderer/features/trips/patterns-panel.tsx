import { Button } from '@mantine/core'
import { useRef, useState } from 'react'
import { mostWeather } from '../../../shared/api/trips-contract.ts'
import { useRead } from '../../state/read.ts'
import { Loading, Notice } from '../../ui/notice.tsx'
import { PatternSuggestions } from './pattern-suggestions.tsx'

const HourBars = ({
  hours,
}: {
  readonly hours: readonly { readonly hour: number; readonly incidents: number; readonly nearMisses: number }[]
}) => {
  const most = Math.max(1, ...hours.map(({ incidents, nearMisses }) => incidents + nearMisses))
  return (
    <div
      className="hours"
      role="img"
      aria-label={`By hour of the day: ${
        hours
          .filter(({ incidents, nearMisses }) => incidents + nearMisses > 0)
          .map(
            ({ hour, incidents, nearMisses }) =>
              `${String(hour)}:00 ${String(incidents)} incidents and ${String(nearMisses)} near misses`,
          )
          .join('; ') || 'nothing'
      }`}
    >
      {hours.map(({ hour, incidents, nearMisses }) => (
        <div key={hour} className="hour">
          <div className="bar near" style={{ height: `${String((60 * nearMisses) / most)}px` }} />
          <div className="bar" style={{ height: `${String((60 * incidents) / most)}px` }} />
          <span className="dim">{hour % 3 === 0 ? hour : ''}</span>
        </div>
      ))}
    </div>
  )
}

interface Weather {
  readonly name: string
  readonly text: string
}

/** A weather file of the person, kept until the view is left. */
const WeatherChoice = ({
  weather,
  span,
  onChosen,
}: {
  readonly weather: Weather | null
  readonly span: string | null
  readonly onChosen: (weather: Weather | null) => void
}) => {
  const input = useRef<HTMLInputElement>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const take = async (file: File): Promise<void> => {
    setProblem(null)
    if (file.size > mostWeather) {
      setProblem(`${file.name} is larger than ${String(mostWeather / 1e6)} MB: cut it to the time that matters.`)
      return
    }
    try {
      onChosen({ name: file.name, text: await file.text() })
    } catch (error) {
      setProblem(`${file.name} could not be read: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  return (
    <>
      <div className="row no-print">
        <input
          ref={input}
          type="file"
          accept=".csv,.txt,text/csv"
          hidden
          aria-label="Weather file"
          onChange={(event) => {
            const [file] = event.currentTarget.files ?? []
            if (file !== undefined) void take(file)
            event.currentTarget.value = ''
          }}
        />
        <Button variant="default" onClick={() => input.current?.click()}>
          {weather === null ? 'Compare with weather (CSV)' : 'Another weather file'}
        </Button>
        {weather === null ? (
          <span className="dim">time, temperature and rain of the place, as weather services give it</span>
        ) : (
          <>
            <span className="dim">
              {weather.name}
              {span === null ? '' : `: ${span}`}
            </span>
            <Button variant="default" onClick={() => onChosen(null)}>
              Without it
            </Button>
          </>
        )}
      </div>
      {problem === null ? null : (
        <Notice tone="warn" live title="Not taken">
          {problem}
        </Notice>
      )}
    </>
  )
}

/** All incidents and near misses laid over one another, with what chance would give. `version` asks anew. */
export const PatternsPanel = ({ version }: { readonly version: number }) => {
  const [weather, setWeather] = useState<Weather | null>(null)
  const read = useRead('trips.patterns', weather === null ? {} : { weather: weather.text }, version)
  if (read.value === null)
    return read.step === 'failed' ? (
      <section className="panel stack" aria-label="Patterns">
        <Notice tone="alarm" live title="The patterns could not be read">
          {read.why}
        </Notice>
        {weather === null ? null : <WeatherChoice weather={weather} span={null} onChosen={setWeather} />}
      </section>
    ) : (
      <Loading what="the patterns" />
    )
  const patterns = read.value
  return (
    <section className="panel stack" aria-label="Patterns">
      <h2>
        Patterns of {patterns.incidents} incidents and {patterns.nearMisses} near misses
      </h2>
      <p className="dim">
        A near miss is a thermal margin above 90 % that did not lead to an incident within half an hour; the last 90
        days are looked through.
      </p>
      {patterns.warning === null ? null : (
        <Notice tone="normal" title="Few events">
          {patterns.warning}
        </Notice>
      )}
      <h3>By hour of the day</h3>
      <HourBars hours={patterns.hours} />
      <WeatherChoice weather={weather} span={patterns.weather} onChosen={setWeather} />
      <div className="table-scroll" role="region" aria-label="What they have in common" tabIndex={0}>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">What they have in common</th>
              <th scope="col">Most often</th>
              <th scope="col">How often, against chance</th>
              <th scope="col">Base rate</th>
            </tr>
          </thead>
          <tbody>
            {patterns.rows.map((row) => (
              <tr key={row.question}>
                <th scope="row">{row.question}</th>
                <td>{row.value}</td>
                <td>{row.says}</td>
                <td className="dim">{row.basis}</td>
              </tr>
            ))}
            {patterns.rows.length === 0 ? (
              <tr>
                <td colSpan={4}>Nothing to compare yet.</td>
              </tr>
            ) : null}
          </tbody>
        </table>
      </div>
      <PatternSuggestions suggestions={patterns.suggestions} />
    </section>
  )
}

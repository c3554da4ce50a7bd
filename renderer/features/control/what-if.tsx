import { Button, NativeSelect } from '@mantine/core'
import { useState } from 'react'
import type { TripscopeContract } from '../../../shared/api/contract.ts'
import type { InputOf } from '../../../shared/api/define.ts'
import type { Overview } from '../../../shared/api/site-contract.ts'
import { strategies } from '../../../shared/allocation/strategies.ts'
import { formatNumber } from '../../format/number.ts'
import { siteNow } from '../../state/clock.ts'
import { useRead } from '../../state/read.ts'
import { NumberField } from '../../ui/number-field.tsx'
import { Notice } from '../../ui/notice.tsx'

type Question = InputOf<TripscopeContract['control.whatIf']>

const rows = [
  { key: 'energyKWh', label: 'Energy delivered', unit: 'kWh', digits: 1 },
  { key: 'money', label: 'Cost of that energy', unit: '', digits: 2 },
  { key: 'breaches', label: 'Times above a limit', unit: '', digits: 0 },
  { key: 'longestOverS', label: 'Longest in one piece', unit: 's', digits: 0 },
  { key: 'overAs', label: 'Above limits in all', unit: 'A s', digits: 0 },
  { key: 'worstShare', label: 'Highest share of a limit, minute mean', unit: '%', digits: 1 },
  { key: 'meanShare', label: 'Mean share of the tightest limit', unit: '%', digits: 1 },
  { key: 'switches', label: 'Switches between one phase and three', unit: '', digits: 0 },
  { key: 'trips', label: 'Breakers beyond their slowest curve', unit: '', digits: 0 },
] as const

const Answer = ({ question }: { readonly question: Question }) => {
  const read = useRead('control.whatIf', question)
  if (read.step === 'failed')
    return (
      <Notice tone="warn" live title="It could not be played">
        {read.why}
      </Notice>
    )
  if (read.step === 'loading') return <p role="status">Playing the stretch twice …</p>
  const { asIs, changed, basis } = read.value
  return (
    <>
      <table className="table" data-testid="what-if-answer">
        <thead>
          <tr>
            <th scope="col">On the model</th>
            <th scope="col" className="num">
              As now
            </th>
            <th scope="col" className="num">
              Changed
            </th>
            <th scope="col" className="num">
              Difference
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, label, unit, digits }) => (
            <tr key={key}>
              <th scope="row">
                {label}
                {unit === '' ? '' : `, ${unit}`}
              </th>
              <td className="num">{formatNumber(asIs[key], digits)}</td>
              <td className="num">{formatNumber(changed[key], digits)}</td>
              <td className="num">{formatNumber(changed[key] - asIs[key], digits)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <ul className="lines dim">
        {basis.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </>
  )
}

/** A recorded stretch with another margin, strategy, loop time or rating, beside the settings of now. */
export const WhatIf = ({ overview }: { readonly overview: Overview }) => {
  const { control, circuits } = overview.site
  const [hours, setHours] = useState('1')
  const [margin, setMargin] = useState<number | string>(control.margin * 100)
  const [strategy, setStrategy] = useState<string>(control.strategy)
  const [loopS, setLoop] = useState('1')
  const [circuitId, setCircuit] = useState('')
  const [factor, setFactor] = useState<number | string>(100)
  const [question, setQuestion] = useState<Question | null>(null)
  const isNumber = typeof margin === 'number' && margin >= 50 && margin <= 100
  const isFactor = typeof factor === 'number' && factor >= 20 && factor <= 300
  const ask = () => {
    const toMs = Math.floor(siteNow() / 1000) * 1000
    setQuestion({
      fromMs: toMs - Number(hours) * 3_600_000,
      toMs,
      margin: Number(margin) / 100,
      strategy: strategies.find((item) => item === strategy) ?? control.strategy,
      loopS: Number(loopS),
      ...(circuitId === '' ? {} : { rating: { circuitId, factor: Number(factor) / 100 } }),
    })
  }
  return (
    <section className="panel stack" aria-label="What if">
      <h2>What if</h2>
      <div className="row what-if-fields">
        <NativeSelect
          label="Stretch"
          value={hours}
          onChange={(event) => setHours(event.currentTarget.value)}
          data={[
            { value: '0.25', label: 'last 15 min' },
            { value: '1', label: 'last hour' },
            { value: '4', label: 'last 4 h' },
          ]}
        />
        <NumberField
          label="Limits used, %"
          value={margin}
          onChange={setMargin}
          min={50}
          max={100}
          w={110}
          error={isNumber ? null : '50 to 100'}
        />
        <NativeSelect
          label="Strategy"
          value={strategy}
          onChange={(event) => setStrategy(event.currentTarget.value)}
          data={[...strategies]}
        />
        <NativeSelect
          label="Loop time"
          value={loopS}
          onChange={(event) => setLoop(event.currentTarget.value)}
          data={['1', '2', '5', '10', '30'].map((value) => ({ value, label: `${value} s` }))}
        />
        <NativeSelect
          label="Another rating at"
          value={circuitId}
          onChange={(event) => setCircuit(event.currentTarget.value)}
          data={[
            { value: '', label: 'nowhere' },
            ...circuits.map(({ id, name }) => ({ value: id, label: name ?? id })),
          ]}
        />
        <NumberField
          label="of its own, %"
          value={factor}
          onChange={setFactor}
          min={20}
          max={300}
          w={100}
          error={isFactor ? null : '20 to 300'}
        />
        <Button onClick={ask} disabled={!isNumber || !isFactor}>
          Play it
        </Button>
      </div>
      {question === null ? (
        <p className="dim">
          Plays what was recorded with these settings and with those of now, in seconds. Nothing is written to chargers.
        </p>
      ) : (
        <Answer question={question} />
      )}
    </section>
  )
}

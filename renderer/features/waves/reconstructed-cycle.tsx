import { Button, NativeSelect } from '@mantine/core'
import { useEffect, useMemo, useState } from 'react'
import type { ReconstructedCycle } from '../../../shared/api/meter-records-contract.ts'
import { reconstruct, rmsOfOrders, samplesFor, thdOfOrders } from '../../../shared/meter-records/reconstruct.ts'
import { createScopeBuffer, type ScopePicture } from '../../charts/scope-data.ts'
import { ScopeChart } from '../../charts/scope-chart.tsx'
import { formatNumber } from '../../format/number.ts'
import { useColourScheme } from '../../state/colour-scheme.ts'
import { useRead } from '../../state/read.ts'
import { useSettings } from '../../state/settings.ts'
import { useTimeFormat } from '../../state/site-facts.ts'
import { Dash } from '../../ui/dash.tsx'
import { Loading, Notice } from '../../ui/notice.tsx'
import { PhaseLabel } from '../../ui/mark.tsx'
import { useMeterRecords } from '../../state/meter-records.ts'
import { phaseOf, seriesOf } from './wave-channels.ts'

/** One cycle as a picture of a scope: times in ms from the meter's reference. */
const pictureOf = ({ channels, orders, frequencyHz, atMs }: ReconstructedCycle): ScopePicture => {
  const count = samplesFor(orders)
  const periodMs = 1000 / frequencyHz
  return {
    atMs,
    isTriggered: true,
    mode: 'samples',
    rateHz: count * frequencyHz,
    firstMs: 0,
    stepMs: periodMs / count,
    samplesEach: 1,
    columns: count,
    channels: channels.map(({ name, unit, magnitudes, anglesDeg }) => {
      const samples = reconstruct({ magnitudes, anglesDeg }, count)
      return { name, unit, low: samples, high: samples }
    }),
  }
}

/** Nothing passes and nothing is kept beneath a curve that stands. */
const noLayers = { past: () => [], kept: () => null } as const

const units = [
  { value: '', label: 'not said: voltages are left out' },
  { value: 'V', label: 'volts' },
  { value: '%', label: 'percent of the fundamental' },
]

/** Beside other sources of waveforms: meters that give harmonics with angles, one of them drawn when a person asks for it. */
export const ReconstructedOfMeters = () => {
  const meters = useMeterRecords().filter(({ hasHarmonics }) => hasHarmonics)
  const [chosen, setChosen] = useState('')
  const meter = meters.find(({ meterId }) => meterId === chosen)
  if (meters.length === 0) return null
  return (
    <>
      <div className="row no-print waves-tools">
        <NativeSelect
          label="Reconstruct one cycle from the harmonics of"
          value={chosen}
          onChange={(event) => setChosen(event.currentTarget.value)}
          data={[
            { value: '', label: 'no meter' },
            ...meters.map(({ meterId, name }) => ({ value: meterId, label: name })),
          ]}
        />
      </div>
      {meter === undefined ? null : (
        <ReconstructedPanel key={meter.meterId} meterId={meter.meterId} name={meter.name} />
      )}
    </>
  )
}

const ChannelValues = ({ cycle }: { readonly cycle: ReconstructedCycle }) => (
  <div className="table-scroll" tabIndex={0} role="region" aria-label="Values of the reconstructed channels">
    <table className="table is-dense">
      <thead>
        <tr>
          <th scope="col">Channel</th>
          <th scope="col" className="num">
            RMS
          </th>
          <th scope="col" className="num">
            THD, orders 2…{cycle.orders}
          </th>
          <th scope="col">Drawn</th>
        </tr>
      </thead>
      <tbody>
        {cycle.channels.map(({ name, unit, magnitudes }) => {
          const thd = thdOfOrders(magnitudes)
          return (
            <tr key={name}>
              <th scope="row">
                <PhaseLabel phase={phaseOf(name)} /> <span className="dim">{name}</span>
              </th>
              <td className="num">
                {formatNumber(rmsOfOrders(magnitudes), 1)} {unit}
              </td>
              <td className="num">
                {thd === null ? <Dash why="It has no fundamental" /> : `${formatNumber(thd, 1)} %`}
              </td>
              <td>yes</td>
            </tr>
          )
        })}
        {cycle.without.map(({ name, why }) => (
          <tr key={name}>
            <th scope="row">
              <PhaseLabel phase={phaseOf(name)} /> <span className="dim">{name}</span>
            </th>
            <td className="num">
              <Dash why={why} />
            </td>
            <td className="num">
              <Dash why={why} />
            </td>
            <td>no: {why}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
)

/** One period of the voltages and of the currents, with two cursors for both. */
const CycleScopes = ({ cycle }: { readonly cycle: ReconstructedCycle }) => {
  const [pointMs, setPoint] = useState<number | null>(null)
  const [markMs, setMark] = useState<number | null>(null)
  const [buffer] = useState(createScopeBuffer)
  const colours = `${useColourScheme()} ${useSettings((state) => state.phaseColours)}`
  const picture = useMemo(() => pictureOf(cycle), [cycle])
  useEffect(() => buffer.set(picture), [buffer, picture])
  const shared = {
    buffer,
    fromMs: 0,
    toMs: 1000 / cycle.frequencyHz,
    level: null,
    evidence: 'reconstructed, not a captured waveform',
    cursors: { pointMs, markMs, point: setPoint, mark: setMark },
    zoom: () => undefined,
    pan: null,
    layers: noLayers,
    height: 200,
    colours,
  }
  const of = (wanted: 'V' | 'A') => cycle.channels.filter((each) => each.unit === wanted).map((each) => each.name)
  const [volts, amperes] = [of('V'), of('A')]
  return (
    <>
      {volts.length === 0 ? null : <ScopeChart title="Voltages" unit="V" series={seriesOf(volts)} {...shared} />}
      {amperes.length === 0 ? null : <ScopeChart title="Currents" unit="A" series={seriesOf(amperes)} {...shared} />}
    </>
  )
}

/** A curve made of harmonics with angles, where a meter gives nothing better: it says what it is beside every plot. */
export const ReconstructedPanel = ({ meterId, name }: { readonly meterId: string; readonly name: string }) => {
  const [unit, setUnit] = useState<'V' | '%' | null>(null)
  const [again, setAgain] = useState(0)
  const read = useRead('meterRecords.reconstruct', { meterId, voltageUnit: unit }, again)
  const time = useTimeFormat()
  const cycle = read.value
  return (
    <section className="panel stack" aria-label={`Reconstructed cycle of ${name}`}>
      <h2>
        One cycle of {name} <span className="dim">reconstructed from harmonics</span>
      </h2>
      <div className="row no-print waves-tools">
        {cycle?.asksVoltageUnit === true ? (
          <NativeSelect
            label="The meter is set to give voltage harmonics in"
            value={unit ?? ''}
            onChange={(event) => {
              const { value } = event.currentTarget
              setUnit(value === 'V' || value === '%' ? value : null)
            }}
            data={units}
          />
        ) : null}
        <Button variant="default" loading={read.step === 'loading'} onClick={() => setAgain(again + 1)}>
          Read again
        </Button>
      </div>
      {read.step === 'failed' ? (
        <Notice tone="alarm" live title="Not read">
          {read.why}
        </Notice>
      ) : cycle === null ? (
        <Loading what="the harmonics of the meter" />
      ) : (
        <>
          <Notice tone="normal" title="What this is">
            {cycle.label} Read {time.dateTime(cycle.atMs)}.
          </Notice>
          <CycleScopes cycle={cycle} />
          <ChannelValues cycle={cycle} />
        </>
      )}
    </section>
  )
}

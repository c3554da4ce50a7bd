import { NativeSelect } from '@mantine/core'
import { useState } from 'react'
import type { ComparedSide } from '../../../shared/api/compare-contract.ts'
import { useDeck } from '../../state/deck.ts'
import { useRead } from '../../state/read.ts'
import { useTimeFormat } from '../../state/site-facts.ts'
import { Mark } from '../../ui/mark.tsx'
import { Empty, Loading, Notice } from '../../ui/notice.tsx'
import { View } from '../../ui/view.tsx'
import { kindMark, kindWords } from '../trips/trip-words.ts'
import { ComparePanel } from './compare-panel.tsx'
import { comparedQuantities, comparedSpans } from './compare-words.ts'
import './compare.css'

const live = 'live'
const middle = 'middle'
const idOf = (value: string): string | null => (value === live ? null : value)

/** What a side is centred on: one of its incidents, or the middle of what it holds. */
const momentOf = (side: ComparedSide, incidentId: string): number =>
  side.incidents.find(({ id }) => id === incidentId)?.atMs ?? (side.fromMs + side.toMs) / 2

const MomentSelect = ({
  side,
  value,
  choose,
}: {
  readonly side: ComparedSide
  readonly value: string
  readonly choose: (value: string) => void
}) => {
  const time = useTimeFormat()
  return (
    <NativeSelect
      label={`Centred on, ${side.name}`}
      value={side.incidents.some(({ id }) => id === value) ? value : middle}
      onChange={(event) => choose(event.currentTarget.value)}
      data={[
        { value: middle, label: 'the middle of what it holds' },
        ...side.incidents.map(({ id, atMs, circuitName }) => ({
          value: id,
          label: `${time.dateTime(atMs)}, ${circuitName ?? 'the site'}`,
        })),
      ]}
    />
  )
}

const Facts = ({ side }: { readonly side: ComparedSide }) => {
  const time = useTimeFormat()
  return (
    <section className="panel stack" aria-label={`What ${side.name} says`}>
      <h2>{side.name}</h2>
      <p className="dim">
        {side.siteName}, {time.dateTime(side.fromMs)} to {time.dateTime(side.toMs)}
      </p>
      <h3>Active findings where it stands</h3>
      {side.findings.length === 0 ? (
        <p className="dim">None.</p>
      ) : (
        <ul>
          {side.findings.map(({ title, subject, severity, sinceMs }) => (
            <li key={`${title} ${subject}`}>
              <Mark kind={severity}>{title}</Mark>{' '}
              <span className="dim">
                {subject}, since {time.dateTime(sinceMs)}
              </span>
            </li>
          ))}
        </ul>
      )}
      <h3>Incidents</h3>
      {side.incidents.length === 0 ? (
        <p className="dim">None.</p>
      ) : (
        <ul>
          {side.incidents.map(({ id, atMs, kind, verdict }) => (
            <li key={id}>
              <Mark kind={kindMark[kind]}>{kindWords[kind]}</Mark> {time.dateTime(atMs)}: {verdict.sentence}
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

const Compared = ({ one, other }: { readonly one: string | null; readonly other: string | null }) => {
  const read = useRead('compare.read', { one, other })
  const [quantityName, setQuantity] = useState('i')
  const [spanName, setSpan] = useState('4')
  const [meterId, setMeter] = useState('')
  const [moments, setMoments] = useState<readonly [string, string]>(['', ''])
  const [offsetMs, setOffset] = useState<number | null>(null)
  if (read.step === 'failed')
    return (
      <Notice tone="alarm" live title="They can't be compared">
        {read.why}
      </Notice>
    )
  if (read.value === null) return <Loading what="both sides" />
  const { one: left, other: right, changes } = read.value
  const common = left.meters.filter(({ id }) => right.meters.some((meter) => meter.id === id))
  const meter = common.find(({ id }) => id === meterId) ?? common[0]
  const quantity = comparedQuantities.find(({ value }) => value === quantityName) ?? comparedQuantities[0]
  const span = comparedSpans.find(({ value }) => value === spanName) ?? comparedSpans[1]
  const sides = [
    { side: left, moment: moments[0] },
    { side: right, moment: moments[1] },
  ]
  return (
    <>
      <div className="row no-print">
        <MomentSelect side={left} value={moments[0]} choose={(value) => setMoments([value, moments[1]])} />
        <MomentSelect side={right} value={moments[1]} choose={(value) => setMoments([moments[0], value])} />
        <NativeSelect
          label="Meter"
          value={meter?.id ?? ''}
          onChange={(event) => setMeter(event.currentTarget.value)}
          data={common.map(({ id, name }) => ({ value: id, label: name }))}
        />
        <NativeSelect
          label="Quantity"
          value={quantityName}
          onChange={(event) => setQuantity(event.currentTarget.value)}
          data={comparedQuantities.map(({ value, label }) => ({ value, label }))}
        />
        <NativeSelect
          label="Time shown"
          value={spanName}
          onChange={(event) => setSpan(event.currentTarget.value)}
          data={comparedSpans.map(({ value, label }) => ({ value, label }))}
        />
      </div>
      {meter === undefined || quantity === undefined || span === undefined ? (
        <Empty title="They have no meter in common.">Both sides are drawn by meters of the same id.</Empty>
      ) : (
        <div className="compare-columns">
          {sides.map(({ side, moment }, index) => (
            <div className="panel" key={`${String(index)} ${side.deckId ?? live}`}>
              <ComparePanel
                side={side}
                meterId={meter.id}
                quantity={quantity}
                momentMs={momentOf(side, moment)}
                span={span}
                offsetMs={offsetMs}
                point={setOffset}
              />
            </div>
          ))}
        </div>
      )}
      <p className="dim">
        Polled RMS values, means of each step; the cursor stands at the same time before or after both moments.
      </p>
      <div className="compare-columns">
        {sides.map(({ side }, index) => (
          <Facts key={`${String(index)} ${side.deckId ?? live}`} side={side} />
        ))}
      </div>
      <section className="panel stack" aria-label="Differences in the site file">
        <h2>Differences in the site file</h2>
        {changes.length === 0 ? (
          <p className="dim">None: both were recorded with the same site file, comments aside.</p>
        ) : (
          <div className="table-scroll" tabIndex={0} role="region" aria-label="Table of differences">
            <table className="table is-dense">
              <thead>
                <tr>
                  <th scope="col">What</th>
                  <th scope="col">{left.name}</th>
                  <th scope="col">{right.name}</th>
                </tr>
              </thead>
              <tbody>
                {changes.map(({ path, one: before, other: after }) => (
                  <tr key={path}>
                    <th scope="row">{path}</th>
                    <td>{before ?? '–'}</td>
                    <td>{after ?? '–'}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </section>
    </>
  )
}

/** Two recordings, or a recording and the site, side by side. */
export const CompareView = () => {
  const list = useRead('deck.list', {})
  const hasLive = useDeck((state) => state.shown?.live ?? null) !== null
  const [chosen, setChosen] = useState<readonly [string, string]>(['', ''])
  const decks = list.value ?? []
  const options = [
    ...decks.map(({ deckId, name, site }) => ({ value: deckId, label: `${name} (${site})` })),
    ...(hasLive ? [{ value: live, label: 'the live site, last hour' }] : []),
  ]
  const valid = (value: string, index: number): string =>
    options.some((option) => option.value === value) ? value : (options[index]?.value ?? options[0]?.value ?? '')
  const [one, other] = [valid(chosen[0], 0), valid(chosen[1], 1)]
  return (
    <View title="Compare" about="Two recordings or incidents side by side, on the same time around their moments">
      {list.step === 'loading' && list.value === null ? (
        <Loading what="the open recordings" />
      ) : decks.length === 0 ? (
        <Empty title="No recording is open.">
          Open one or two snapshots under Snapshots, then compare them here with each other or with the live site.
        </Empty>
      ) : (
        <>
          <div className="row no-print">
            <NativeSelect
              label="One side"
              value={one}
              onChange={(event) => setChosen([event.currentTarget.value, other])}
              data={options}
            />
            <NativeSelect
              label="Other side"
              value={other}
              onChange={(event) => setChosen([one, event.currentTarget.value])}
              data={options}
            />
          </div>
          <Compared key={`${one} ${other}`} one={idOf(one)} other={idOf(other)} />
        </>
      )}
    </View>
  )
}

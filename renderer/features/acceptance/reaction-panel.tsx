import { Button } from '@mantine/core'
import { useState } from 'react'
import { useRead } from '../../state/read.ts'
import { useTimeFormat } from '../../state/site-facts.ts'
import { Dash } from '../../ui/dash.tsx'
import { Mark } from '../../ui/mark.tsx'
import { Loading, Notice } from '../../ui/notice.tsx'
import './acceptance.css'

const seconds = (value: number): string => `${value.toFixed(1)} s`

/** How long control takes as it is declared, beside what an acceptance test measured, and what the lines add. */
export const ReactionPanel = () => {
  const read = useRead('acceptance.reaction', {})
  const time = useTimeFormat()
  if (read.step === 'failed')
    return (
      <Notice tone="alarm" title="Not known">
        {read.why}
      </Notice>
    )
  if (read.value === null) return <Loading what="the times of reaction" />
  return (
    <section className="panel stack" aria-label="Reaction time">
      <h2>Reaction time: declared against measured</h2>
      <p className="dim">
        From too much current to less of it. Declared is the sum of what site file, profile and IEC 61851-1 allow;
        measured is the last step down of the newest acceptance test. Tripscope replaces no protective device: what is
        faster than this, only a breaker stops.
      </p>
      <div className="table-scroll" role="region" aria-label="Chargers and their times" tabIndex={0}>
        <table className="table reaction-table">
          <thead>
            <tr>
              <th scope="col">Charger</th>
              <th scope="col" className="num">
                Declared
              </th>
              <th scope="col">Of which</th>
              <th scope="col" className="num">
                Read back
              </th>
              <th scope="col" className="num">
                Current
              </th>
              <th scope="col">Measured</th>
              <th scope="col">What it means</th>
            </tr>
          </thead>
          <tbody>
            {read.value.chargers.map((each) => {
              const worst = each.measuredCurrentS ?? each.measuredReadBackS
              return (
                <tr key={each.chargerId}>
                  <th scope="row">{each.name}</th>
                  <td className="num">{seconds(each.declaredS)}</td>
                  <td className="dim">
                    {each.parts.map((part) => `${part.label} ${seconds(part.seconds)}`).join(' + ')}
                  </td>
                  <td className="num">
                    {each.measuredReadBackS === null ? <Dash why="not measured" /> : seconds(each.measuredReadBackS)}
                  </td>
                  <td className="num">
                    {each.measuredCurrentS === null ? (
                      <Dash why="no car charged when it was measured" />
                    ) : (
                      seconds(each.measuredCurrentS)
                    )}
                  </td>
                  <td>{each.measuredAtMs === null ? <Dash why="not measured" /> : time.dateTime(each.measuredAtMs)}</td>
                  <td>
                    <Mark kind={worst === null ? 'unknown' : worst <= each.declaredS ? 'normal' : 'warning'}>
                      {worst === null ? 'not measured' : worst <= each.declaredS ? 'good' : 'slower'}
                    </Mark>
                    <div className="dim">{each.says}</div>
                  </td>
                </tr>
              )
            })}
          </tbody>
        </table>
      </div>
    </section>
  )
}

/** The same where limits are decided, asked for only when a person wants it. */
export const ReactionFold = () => {
  const [isOpen, setOpen] = useState(false)
  return (
    <div className="stack">
      <div className="row no-print">
        <Button size="compact-sm" variant="default" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? 'Hide reaction time' : 'Reaction time: declared against measured'}
        </Button>
      </div>
      {isOpen ? <ReactionPanel /> : null}
    </div>
  )
}

import { Button } from '@mantine/core'
import { useState } from 'react'
import type { Due } from '../../../shared/acceptance/due.ts'
import { plural } from '../../format/number.ts'
import { useMayCommand } from '../../state/may.ts'
import { useRead } from '../../state/read.ts'
import { routeTo } from '../../state/route.ts'
import { useTimeFormat } from '../../state/site-facts.ts'
import { Dash } from '../../ui/dash.tsx'
import { Mark, type MarkKind } from '../../ui/mark.tsx'
import { Loading, Notice } from '../../ui/notice.tsx'
import { View } from '../../ui/view.tsx'
import { DutyDialog } from './duty-dialog.tsx'

const dueWords: Readonly<Record<Due['state'], { readonly word: string; readonly kind: MarkKind }>> = {
  over: { word: 'overdue', kind: 'critical' },
  soon: { word: 'due soon', kind: 'warning' },
  unknown: { word: 'never noted', kind: 'unknown' },
  good: { word: 'good', kind: 'normal' },
}
const changeWords = {
  changed: { word: 'changed', kind: 'warning' },
  unknown: { word: 'not known', kind: 'unknown' },
  same: { word: 'same', kind: 'normal' },
} as const

const DueTable = ({ due, note }: { readonly due: readonly Due[]; readonly note: (due: Due) => void }) => {
  const may = useMayCommand()
  return (
    <section className="panel stack" aria-label="What is due">
      <h2>Calibrations and tests</h2>
      <div className="table-scroll" role="region" aria-label="Calibrations and tests" tabIndex={0}>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">What</th>
              <th scope="col">State</th>
              <th scope="col">Done on</th>
              <th scope="col">Due on</th>
              <th scope="col">Every</th>
              <th scope="col" className="no-print">
                Note
              </th>
            </tr>
          </thead>
          <tbody>
            {due.map((each) => (
              <tr key={`${each.kind} ${each.subjectId}`}>
                <th scope="row" title={each.source}>
                  {each.what}
                </th>
                <td>
                  <Mark kind={dueWords[each.state].kind}>{dueWords[each.state].word}</Mark>
                </td>
                <td className="nowrap">{each.doneOn ?? <Dash why="nobody has noted when it was done last" />}</td>
                <td className="nowrap">{each.dueOn ?? <Dash why="nobody has noted when it was done last" />}</td>
                <td className="nowrap" title={each.source}>
                  {each.months % 12 === 0 ? plural(each.months / 12, 'year', 'years') : `${each.months} months`}
                </td>
                <td className="no-print">
                  <Button
                    size="compact-xs"
                    variant="default"
                    disabled={!may}
                    aria-label={`Note it done: ${each.what}`}
                    onClick={() => note(each)}
                  >
                    Note it done
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

/** What changed since the acceptance, and what has to be done again. */
export const MaintenanceView = () => {
  const [again, setAgain] = useState(0)
  const [noting, setNoting] = useState<Due | null>(null)
  const read = useRead('maintenance.look', {}, again)
  const time = useTimeFormat()
  const look = read.value
  return (
    <View
      title="Maintenance"
      about="What changed since the acceptance, and what is due"
      actions={
        <Button variant="default" loading={read.step === 'loading'} onClick={() => setAgain(again + 1)}>
          Look again
        </Button>
      }
    >
      {read.step === 'failed' ? (
        <Notice tone="alarm" live title="Nothing can be said">
          {read.why}
        </Notice>
      ) : null}
      {look === null ? (
        read.step === 'failed' ? null : (
          <Loading what="the devices’ own registers" />
        )
      ) : (
        <div className="stack">
          {look.baseline === null ? (
            <Notice
              tone="normal"
              title="No acceptance test is finished yet"
              actions={<a href={routeTo('acceptance')}>Open Acceptance</a>}
            >
              With a finished one, changes of the site file, of serial numbers, firmware and ratios, and of breaker
              settings since then stand here.
            </Notice>
          ) : (
            <section className="panel stack" aria-label="Since the acceptance">
              <h2>
                Since the acceptance of {time.dateTime(look.baseline.finishedAtMs ?? look.baseline.createdAtMs)} (
                {look.baseline.reason})
              </h2>
              <h3>Site file</h3>
              {look.site.length === 0 ? (
                <p>
                  <Mark kind="normal">It says the same as then.</Mark>
                </p>
              ) : (
                <ul className="plain" aria-label="Changes of the site file">
                  {look.site.map(({ says }) => (
                    <li key={says}>
                      <Mark kind="warning">{says}</Mark>
                    </li>
                  ))}
                </ul>
              )}
              <h3>Devices and settings</h3>
              <div className="table-scroll" role="region" aria-label="Devices and settings" tabIndex={0}>
                <table className="table">
                  <thead>
                    <tr>
                      <th scope="col">What</th>
                      <th scope="col">State</th>
                      <th scope="col">Then</th>
                      <th scope="col">Now</th>
                      <th scope="col">Why not known</th>
                    </tr>
                  </thead>
                  <tbody>
                    {look.devices.map((each) => (
                      <tr key={each.what}>
                        <th scope="row">{each.what}</th>
                        <td>
                          <Mark kind={changeWords[each.state].kind}>{changeWords[each.state].word}</Mark>
                        </td>
                        <td>{each.was ?? <Dash why={each.why ?? 'not known'} />}</td>
                        <td>{each.is ?? <Dash why={each.why ?? 'not known'} />}</td>
                        <td className="dim">{each.why ?? ''}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            </section>
          )}
          <DueTable due={look.due} note={setNoting} />
        </div>
      )}
      {noting === null ? null : (
        <DutyDialog
          due={noting}
          close={() => {
            setNoting(null)
            setAgain(again + 1)
          }}
        />
      )}
    </View>
  )
}

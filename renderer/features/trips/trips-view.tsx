import { Button } from '@mantine/core'
import { useState } from 'react'
import { causes } from '../../../shared/forensics/cause.ts'
import type { IncidentSummary } from '../../../shared/forensics/incident.ts'
import { isoTime } from '../../format/time.ts'
import { routeTo, useRoute } from '../../state/route.ts'
import { useTimeFormat } from '../../state/site-facts.ts'
import { Mark } from '../../ui/mark.tsx'
import { Empty, Loading, Notice } from '../../ui/notice.tsx'
import { View } from '../../ui/view.tsx'
import { IncidentPage } from './incident-page.tsx'
import { PatternsPanel } from './patterns-panel.tsx'
import { kindMark, kindWords, percentText, stateWords, statusWords } from './trip-words.ts'
import { useIncidents } from './use-incidents.ts'
import './trips.css'

const IncidentRow = ({ incident }: { readonly incident: IncidentSummary }) => {
  const time = useTimeFormat()
  return (
    <tr>
      <th scope="row" className="nowrap">
        <a href={routeTo('trips', incident.id)}>{time.dateTime(incident.atMs)}</a>
      </th>
      <td>
        <Mark kind={kindMark[incident.kind]}>{kindWords[incident.kind]}</Mark>
      </td>
      <td>
        {incident.circuitName ?? 'the site'} {incident.phases.length === 1 ? incident.phases[0] : ''}
      </td>
      <td>{incident.verdict.sentence}</td>
      <td className="nowrap">
        {causes[incident.confirmedCause ?? incident.topCause].name}
        <span className="dim">
          {' '}
          {incident.confirmedCause === null ? percentText(incident.topProbability) : 'found out'}
        </span>
      </td>
      <td className="nowrap">
        {statusWords[incident.status]}
        <div className="dim">{stateWords[incident.state]}</div>
      </td>
    </tr>
  )
}

const IncidentTable = ({ list }: { readonly list: readonly IncidentSummary[] }) => (
  <div className="panel table-scroll" role="region" aria-label="Incidents" tabIndex={0}>
    <table className="table">
      <thead>
        <tr>
          <th scope="col">When</th>
          <th scope="col">What</th>
          <th scope="col">Where</th>
          <th scope="col" className="wide">
            Verdict
          </th>
          <th scope="col">Cause</th>
          <th scope="col">Status</th>
        </tr>
      </thead>
      <tbody>
        {list.map((incident) => (
          <IncidentRow key={incident.id} incident={incident} />
        ))}
      </tbody>
    </table>
  </div>
)

const tabs = ['incidents', 'patterns'] as const
const tabWords = { incidents: 'Incidents', patterns: 'Patterns' } as const

/** What tripped or looked like it, why, and what they have in common. */
export const TripsView = () => {
  const { id } = useRoute()
  const { list, problem } = useIncidents()
  const [tab, setTab] = useState<(typeof tabs)[number]>('incidents')
  // A new judging of the incident on the screen is read anew; another one's is not.
  const shown = list?.find((incident) => incident.id === id)
  const version =
    shown === undefined
      ? 0
      : Math.round(shown.topProbability * 1e6) + shown.missing.length + (shown.state === 'open' ? 1 : 2)
  if (id !== null) return <IncidentPage key={id} id={id} version={version} />
  return (
    <View
      title="Trips"
      about="What tripped or looked like it, and the likeliest cause. A conclusion from readings, never a reported position"
      actions={
        <div className="row" role="group" aria-label="What is shown">
          {tabs.map((each) => (
            <Button
              key={each}
              variant={each === tab ? 'filled' : 'default'}
              aria-pressed={each === tab}
              onClick={() => setTab(each)}
            >
              {tabWords[each]}
            </Button>
          ))}
        </div>
      }
      csv={
        list === null
          ? undefined
          : {
              name: 'incidents',
              table: () => ({
                header: [
                  'at_utc',
                  'kind',
                  'circuit',
                  'phases',
                  'likeliest_cause',
                  'probability',
                  'confirmed_cause',
                  'status',
                  'record',
                  'verdict',
                ],
                rows: list.map((one) => [
                  isoTime(one.atMs),
                  one.kind,
                  one.circuitId,
                  one.phases.join(' '),
                  one.topCause,
                  one.topProbability,
                  one.confirmedCause,
                  one.status,
                  one.state,
                  one.verdict.sentence,
                ]),
              }),
            }
      }
    >
      {problem === null ? null : (
        <Notice tone="warn" title="Not all incidents are here">
          {problem}
        </Notice>
      )}
      {tab === 'patterns' ? (
        <PatternsPanel version={list?.length ?? 0} />
      ) : list === null ? (
        <Loading what="the list of incidents" />
      ) : list.length === 0 ? (
        <Empty title="Nothing has tripped">
          When a loaded circuit falls to nothing while its supply stays, or a charger or the supply drops out, the half
          hour around it is kept here with the likeliest causes. If something tripped that is not here, press “It just
          tripped” (Shift+T).
        </Empty>
      ) : (
        <IncidentTable list={list} />
      )}
    </View>
  )
}

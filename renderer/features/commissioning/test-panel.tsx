import { Button } from '@mantine/core'
import { useState } from 'react'
import type { SocketTest } from '../../../shared/api/commissioning-contract.ts'
import { own } from '../../../shared/own.ts'
import { useLive, useSite } from '../../state/live.ts'
import { useMayCommand } from '../../state/may.ts'
import { routeTo } from '../../state/route.ts'
import { useStream } from '../../state/stream.ts'
import { Mark } from '../../ui/mark.tsx'
import { Empty, Loading, Notice } from '../../ui/notice.tsx'
import { TestDialog } from './test-dialog.tsx'
import { TestResult } from './test-result.tsx'
import { testStateWords } from './test-words.ts'

const statusText = (status: string | null | undefined): string =>
  status == null ? 'not read' : status === 'available' ? 'no car' : status

const ChargerEntry = ({
  charger,
  test,
  isShown,
  isBusy,
  choose,
  begin,
}: {
  readonly charger: { readonly id: string; readonly name: string }
  readonly test: SocketTest | undefined
  readonly isShown: boolean
  readonly isBusy: boolean
  readonly choose: () => void
  readonly begin: () => void
}) => {
  const status = useLive(({ live }) => own(live?.image.chargers, charger.id)?.status.value)
  const isArmed = useLive(({ live }) => live?.control.mode === 'armed')
  const may = useMayCommand()
  return (
    <li className={`test-entry ${isShown ? 'is-shown' : ''}`}>
      <button type="button" className="test-choose" aria-pressed={isShown} onClick={choose}>
        <span className="meter-entry-name">{charger.name}</span>
        <span className="dim">{statusText(status)}</span>
        <span>
          {test === undefined ? (
            <span className="dim">not tested</span>
          ) : (
            <Mark kind={testStateWords[test.state].kind}>{testStateWords[test.state].word}</Mark>
          )}
        </span>
      </button>
      <Button
        size="compact-sm"
        color="control"
        variant="outline"
        disabled={!may || !isArmed || isBusy || status === 'available' || status == null}
        onClick={begin}
        aria-label={`Test ${charger.name}`}
      >
        Test
      </Button>
    </li>
  )
}

/** The active test: one socket with a car at a time, under the load control. */
export const TestPanel = () => {
  const overview = useSite((state) => state.overview)
  const isArmed = useLive(({ live }) => live?.control.mode === 'armed')
  const [tests, setTests] = useState<readonly SocketTest[] | null>(null)
  const [ended, setEnded] = useState<string | null>(null)
  const [chosen, setChosen] = useState<string | null>(null)
  const [begins, setBegins] = useState<{ readonly id: string; readonly name: string } | null>(null)
  useStream(
    'commissioning.tests',
    {},
    {
      frame: (frame) => {
        setTests(frame.tests)
        setEnded(null)
      },
      ended: setEnded,
    },
  )
  if (ended !== null)
    return (
      <Notice tone="alarm" live title="The tests can't be seen">
        {ended}
      </Notice>
    )
  if (overview === null || tests === null) return <Loading what="the tests" />
  const running = tests.find(({ state }) => state === 'running')
  const shownId = chosen ?? running?.chargerId ?? tests[0]?.chargerId ?? null
  const shown = tests.find(({ chargerId }) => chargerId === shownId)
  const nameOf = (id: string): string => overview.chargers.find((charger) => charger.id === id)?.name ?? id
  return (
    <div className="stack">
      {isArmed ? null : (
        <Notice
          tone="control"
          title="Control is not armed"
          actions={<a href={routeTo('control')}>Open load control to arm it</a>}
        >
          The test steps one car between 6 and 16 A. Only the load control writes limits, so it has to be armed for it.
        </Notice>
      )}
      <div className="wiring-grid test-grid">
        <section className="panel" aria-label="Chargers">
          <ul className="meter-entries">
            {overview.chargers.map(({ id, name }) => (
              <ChargerEntry
                key={id}
                charger={{ id, name }}
                test={tests.find(({ chargerId }) => chargerId === id)}
                isShown={id === shownId}
                isBusy={running !== undefined}
                choose={() => setChosen(id)}
                begin={() => setBegins({ id, name })}
              />
            ))}
          </ul>
        </section>
        {shown === undefined ? (
          <Empty
            title={shownId === null ? 'No socket has been tested yet' : `${nameOf(shownId)} has not been tested yet`}
          >
            With a car that charges, a test shows which phase of which meter follows it: polarity, ratio and order of
            the current transformers, the phases of the socket, loose terminals, and how long each meter takes to
            follow. A single-phase car tells the rotation of the socket too. Without a car none of this can be known.
          </Empty>
        ) : (
          <TestResult name={nameOf(shown.chargerId)} test={shown} />
        )}
      </div>
      {begins === null ? null : (
        <TestDialog
          charger={begins}
          close={() => {
            setChosen(begins.id)
            setBegins(null)
          }}
        />
      )}
    </div>
  )
}

import { Button, NativeSelect } from '@mantine/core'
import { useState } from 'react'
import { tapeSpeeds, type Tape } from '../../../shared/tape/tape.ts'
import { formatNumber, formatPercent } from '../../format/number.ts'
import { actOnTape, useCan, useClock, useNow } from '../../state/clock.ts'
import { useConnection } from '../../state/connection.ts'
import { show, useDeck } from '../../state/deck.ts'
import { useTimeFormat } from '../../state/site-facts.ts'
import { missingWords } from '../../state/time-source.ts'
import { useViewKey } from '../../state/view-keys.ts'
import { Mark } from '../../ui/mark.tsx'
import { TapeNotes } from './tape-notes.tsx'

/** Short enough to find a second in a quarter of an hour, coarse enough for a slider of a whole day. */
const sliderSteps = 1000

const next = () => actOnTape({ kind: 'step', to: 'next', of: 'event' })
const previous = () => actOnTape({ kind: 'step', to: 'previous', of: 'event' })

const Position = ({ tape }: { readonly tape: Tape }) => {
  const time = useTimeFormat()
  const now = useNow()
  const canSeek = useCan('seek')
  return (
    <>
      <span className="num nowrap">{time.dateTime(now)}</span>
      {canSeek ? (
        <input
          type="range"
          className="grow"
          aria-label="Time in the recording"
          aria-valuetext={time.dateTime(now)}
          min={tape.fromMs}
          max={tape.toMs}
          step={Math.max(1, Math.round((tape.toMs - tape.fromMs) / sliderSteps))}
          value={now}
          onChange={(event) => actOnTape({ kind: 'seek', toMs: Number(event.currentTarget.value) })}
        />
      ) : null}
    </>
  )
}

const Buttons = ({ tape }: { readonly tape: Tape }) => {
  const toggle = () => actOnTape({ kind: tape.isPlaying ? 'pause' : 'play' })
  useViewKey(',', previous)
  useViewKey('.', next)
  useViewKey('k', toggle)
  return (
    <>
      <Button variant="default" onClick={toggle} miw={72}>
        {tape.isPlaying ? 'Pause' : 'Play'}
      </Button>
      <NativeSelect
        aria-label="Speed"
        w={92}
        data={tapeSpeeds.map((one) => ({
          value: String(one),
          label: `${formatNumber(one, one < 1 ? 2 : 0)} ×`,
        }))}
        value={String(tape.speed)}
        onChange={(event) => actOnTape({ kind: 'speed', speed: Number(event.currentTarget.value) })}
      />
      <Button variant="default" onClick={previous}>
        Previous event
      </Button>
      <Button variant="default" onClick={next}>
        Next event
      </Button>
      <Button variant="default" onClick={() => actOnTape({ kind: 'step', to: 'next', of: 'finding' })}>
        Next finding
      </Button>
    </>
  )
}

/** What the site does meanwhile, and the way back to it. */
const BackToLive = () => {
  const live = useDeck((state) => state.shown?.live ?? null)
  const [problem, setProblem] = useState<string | null>(null)
  if (live === null) return null
  const { name, activeFindings, isArmed } = live
  return (
    <>
      <span>
        {activeFindings === 0 ? (
          <span className="dim">{name} goes on</span>
        ) : (
          <Mark kind="warning">
            {name} goes on with {activeFindings} active {activeFindings === 1 ? 'alarm' : 'alarms'}
          </Mark>
        )}
        {isArmed ? <span className="dim">, control armed</span> : null}
        {problem === null ? null : <span role="alert"> {problem}</span>}
      </span>
      <Button variant="default" onClick={() => void show(null).catch((error: Error) => setProblem(error.message))}>
        Back to live
      </Button>
    </>
  )
}

/** Says once that a recording is shown, what can't be done in it, and plays it. */
export const TapeBand = () => {
  const source = useClock((state) => state.source)
  const deck = useDeck((state) => state.shown?.tape ?? null)
  const isViewer = useConnection((state) => state.caller?.role === 'viewer')
  if (source.kind !== 'tape') return null
  const { tape, name } = source
  const missing = missingWords(source)
  const progress = deck?.progress ?? null
  return (
    <div className="notice is-warn tape-band no-print" role="region" aria-label="Recording">
      <div className="tape-line">
        <strong>
          <Mark kind="info">Recording, not live: {name}</Mark>
        </strong>
        <span className="grow">
          {progress === null ? null : (
            <span className="dim" role="status">
              {progress.text}
              {progress.share === null ? '' : ` ${formatPercent(progress.share * 100)} %`}
            </span>
          )}
        </span>
        <BackToLive />
      </div>
      {isViewer ? <span className="dim">Played by an operator</span> : <Buttons tape={tape} />}
      <Position tape={tape} />
      <div className="tape-line">
        {deck?.place.isBehind === true ? <span className="dim">Going there…</span> : null}
        {missing.length === 0 ? null : <span className="dim">Not possible in a recording: {missing.join(', ')}.</span>}
        <TapeNotes notes={deck?.notes ?? []} />
      </div>
    </div>
  )
}

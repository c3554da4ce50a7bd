import { Button, NativeSelect } from '@mantine/core'
import { formatNumber } from '../../format/number.ts'
import { actOnTape, useCan, useClock, useNow } from '../../state/clock.ts'
import { useTimeFormat } from '../../state/site-facts.ts'
import { missingWords, tapeSpeeds, type Tape } from '../../state/time-source.ts'
import { Mark } from '../../ui/mark.tsx'

/** Short enough to find a second in a quarter of an hour, coarse enough for a slider of a whole day. */
const sliderSteps = 1000

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

/** Says once that a recording is shown, what can't be done in it, and plays it. */
export const TapeBand = () => {
  const source = useClock((state) => state.source)
  if (source.kind !== 'tape') return null
  const { tape, name } = source
  const missing = missingWords(source)
  return (
    <div className="notice is-warn tape-band no-print" role="region" aria-label="Recording">
      <strong>
        <Mark kind="info">Recording: {name}</Mark>
      </strong>
      <Button variant="default" onClick={() => actOnTape({ kind: tape.isPlaying ? 'pause' : 'play' })}>
        {tape.isPlaying ? 'Pause' : 'Play'}
      </Button>
      <NativeSelect
        aria-label="Speed"
        data={tapeSpeeds.map((one) => ({
          value: String(one),
          label: `${formatNumber(one, one < 1 ? 2 : 0)} times as fast`,
        }))}
        value={String(tape.speed)}
        onChange={(event) => actOnTape({ kind: 'speed', speed: Number(event.currentTarget.value) })}
      />
      <Position tape={tape} />
      {missing.length === 0 ? null : <span className="dim">Not possible in a recording: {missing.join(', ')}.</span>}
    </div>
  )
}

import { Button, NativeSelect } from '@mantine/core'
import { useCallback, useMemo, useState } from 'react'
import type { WaveSourceState } from '../../../shared/api/waves-contract.ts'
import { ScopeChart } from '../../charts/scope-chart.tsx'
import { useClock } from '../../state/clock.ts'
import { useColourScheme } from '../../state/colour-scheme.ts'
import { useConnection } from '../../state/connection.ts'
import { useIntent } from '../../state/intent.ts'
import { go, routeTo, useRoute } from '../../state/route.ts'
import { useSettings } from '../../state/settings.ts'
import { useViewKey } from '../../state/view-keys.ts'
import { Empty, Loading, Notice } from '../../ui/notice.tsx'
import { NumberField } from '../../ui/number-field.tsx'
import { View } from '../../ui/view.tsx'
import { useWaveSources, useWaveWatch, type WaveSources } from './use-waves.ts'
import { PolledInstead } from './polled-instead.tsx'
import { WaveCaptures } from './wave-captures.tsx'
import { currents, phaseOf, seriesOf, voltages } from './wave-channels.ts'
import { WaveTriggers } from './wave-triggers.tsx'
import { WaveValues } from './wave-values.tsx'
import { differenceWords, rateText, sourceFacts, spanText } from './wave-words.ts'
import { FilePage } from './files/file-page.tsx'
import { OpenButton } from './files/open-button.tsx'
import { useWaveFiles } from './files/use-wave-file.ts'
import './waves.css'

const spans = [10, 20, 40, 60, 100, 200, 500, 1000, 2000, 5000, 10_000] as const
const edges = [
  { value: 'rising', label: 'rising' },
  { value: 'falling', label: 'falling' },
  { value: 'either', label: 'either way' },
]
const free = 'free'
/** More columns than a screen has points are not seen. */
const columns = 1200
const capturesEveryMs = 3000

type Edge = 'rising' | 'falling' | 'either'

const OfSource = ({ source, all }: { readonly source: WaveSourceState; readonly all: WaveSources }) => {
  const [spanMs, setSpanMs] = useState<number>(60)
  const [channel, setChannel] = useState('u1')
  const [level, setLevel] = useState<number | string>(0)
  const [edge, setEdge] = useState<Edge>('rising')
  const [isHeld, setHeld] = useState(false)
  const [pointMs, setPoint] = useState<number | null>(null)
  const [markMs, setMark] = useState<number | null>(null)
  const capture = useIntent('waves.captureNow')
  const isViewer = useConnection((state) => state.caller?.role === 'viewer')
  const beat = useClock((state) => Math.floor(state.localMs / capturesEveryMs))
  const colours = `${useColourScheme()} ${useSettings((state) => state.phaseColours)}`
  const isFree = channel === free
  const levelNumber = typeof level === 'number' ? level : 0
  const trigger = isFree ? null : { channel, level: levelNumber, edge }
  const before = isFree ? 1 : 0.5
  const { buffer, numbers } = useWaveWatch({ sourceId: source.id, spanMs, columns, trigger, before }, isHeld)
  useViewKey(
    'p',
    useCallback(() => setHeld((held) => !held), []),
  )
  const names = source.channels.map(({ name }) => name)
  const have = names.join(' ')
  const volts = useMemo(() => seriesOf(voltages.filter((name) => have.split(' ').includes(name))), [have])
  const amperes = useMemo(() => seriesOf(currents.filter((name) => have.split(' ').includes(name))), [have])
  const zoom = (factor: number) => {
    const at = spans.findIndex((span) => span === spanMs) + (factor < 1 ? -1 : 1)
    setSpanMs(spans[Math.max(0, Math.min(spans.length - 1, at))] ?? spanMs)
  }
  const fromMs = isFree ? 0 : -spanMs / 2
  const { picture, problem } = numbers
  const isTriggered = picture?.isTriggered === true
  const evidence = `sampled${source.rateHz === null ? '' : `, ${rateText(source.rateHz)}`}${
    (picture?.samplesEach ?? 1) > 1 ? `, lowest and highest of every ${picture?.samplesEach ?? 1}` : ''
  }`
  const shared = {
    buffer,
    fromMs,
    toMs: fromMs + spanMs,
    evidence,
    cursors: { pointMs, markMs, point: setPoint, mark: setMark },
    zoom,
    height: 208,
    colours,
  }
  const levelIn = (unit: 'V' | 'A') =>
    source.channels.some((each) => each.name === channel && each.unit === unit) ? levelNumber : null
  return (
    <View
      title="Waveforms"
      about={`${source.name}: samples as a front end took them, never polled values`}
      actions={<SourceActions />}
    >
      <div className="row no-print waves-tools">
        <NativeSelect
          label="Source"
          value={source.id}
          onChange={(event) => go(routeTo('waves', event.currentTarget.value))}
          data={all.sources.map(({ id, name }) => ({ value: id, label: name }))}
        />
        <NativeSelect
          label="Time shown"
          value={String(spanMs)}
          onChange={(event) => setSpanMs(Number(event.currentTarget.value))}
          data={spans.map((span) => ({ value: String(span), label: spanText(span) }))}
        />
        <NativeSelect
          label="Held still by"
          value={channel}
          onChange={(event) => setChannel(event.currentTarget.value)}
          data={[
            { value: free, label: 'nothing, runs free' },
            ...names.map((name) => ({ value: name, label: `${name} (${phaseOf(name)})` })),
          ]}
        />
        {isFree ? null : (
          <>
            <NativeSelect
              label="Passing"
              value={edge}
              onChange={(event) => setEdge(event.currentTarget.value as Edge)}
              data={edges}
            />
            <NumberField
              label={`Level, ${source.channels.find(({ name }) => name === channel)?.unit ?? ''}`}
              value={level}
              onChange={setLevel}
              step={10}
              w={90}
            />
          </>
        )}
        <Button variant="default" aria-pressed={isHeld} onClick={() => setHeld(!isHeld)}>
          {isHeld ? 'Resume' : 'Pause'}
        </Button>
        <Button
          variant="default"
          disabled={isViewer || !capture.canSend}
          onClick={() => void capture.send({ sourceId: source.id })}
        >
          Capture now
        </Button>
        <span className="dim" role="status">
          {isHeld ? 'Paused' : isFree ? 'Runs free' : isTriggered ? 'Triggered' : 'Waits for its trigger, runs free'}
        </span>
      </div>
      {problem === null && source.problem === null ? null : (
        <Notice tone="alarm" live title="No samples just now">
          {problem ?? source.problem}
        </Notice>
      )}
      {all.analysis.problem === null ? null : (
        <Notice tone="warn" live title="The analysis is interrupted">
          {all.analysis.problem}; it starts again by itself.
        </Notice>
      )}
      {capture.state.step === 'refused' ? (
        <Notice tone="alarm" live title="Nothing captured">
          {capture.state.why}
        </Notice>
      ) : null}
      <div className="waves-body">
        <div className="stack">
          {volts.length === 0 ? null : (
            <ScopeChart title="Voltages" unit="V" series={volts} level={levelIn('V')} {...shared} />
          )}
          {amperes.length === 0 ? null : (
            <ScopeChart title="Currents" unit="A" series={amperes} level={levelIn('A')} {...shared} />
          )}
          <p className="dim">{differenceWords(pointMs, markMs)}</p>
        </div>
        <WaveValues numbers={numbers} pointMs={pointMs} markMs={markMs} />
      </div>
      <WaveTriggers source={source} shown={trigger} />
      <WaveCaptures sourceId={source.id} beat={beat} />
      <p className="dim">{sourceFacts(source).join(' · ')}</p>
    </View>
  )
}

/** Recordings in files, one of them shown; "newest" is what came last. */
const OfFiles = ({ wanted }: { readonly wanted: string }) => {
  const { files, ended } = useWaveFiles()
  const file = wanted === 'newest' ? files?.at(-1) : files?.find(({ id }) => id === wanted)
  return (
    <View
      title="Waveforms"
      about="Recordings of other devices: what they are is said beside each plot"
      actions={<SourceActions isFile />}
    >
      {ended !== null ? (
        <Notice tone="alarm" live title="No recordings">
          {ended}
        </Notice>
      ) : files === null ? (
        <Loading what="the recordings" />
      ) : file === undefined ? (
        <Empty title="No recording is open.">
          Drop COMTRADE (.cfg with its .dat, or .cff), PQDIF (.pqd) or samples as .csv on this window, or choose them.
        </Empty>
      ) : (
        <FilePage key={file.id} file={file} files={files} />
      )}
    </View>
  )
}

const SourceActions = ({ isFile = false }: { readonly isFile?: boolean }) => (
  <>
    <a href={isFile ? routeTo('waves') : routeTo('waves', null, { file: 'newest' })}>
      {isFile ? 'Live waveforms' : 'Recordings'}
    </a>
    <OpenButton />
  </>
)

/** An oscilloscope on the samples of a front end: live, held still by a trigger, with two cursors; or recordings in files. */
export const WavesView = () => {
  const { params } = useRoute()
  return params.file === undefined ? <LiveWaves /> : <OfFiles wanted={params.file} />
}

const LiveWaves = () => {
  const { id } = useRoute()
  const { value, ended } = useWaveSources()
  if (value === null)
    return (
      <View title="Waveforms">
        {ended === null ? (
          <Loading what="the wave sources" />
        ) : (
          <Notice tone="alarm" live title="No wave sources">
            {ended}
          </Notice>
        )}
      </View>
    )
  const source = id === null ? value.sources[0] : value.sources.find((each) => each.id === id)
  if (source === undefined)
    return (
      <View title="Waveforms" actions={<SourceActions />}>
        {id === null ? (
          <>
            <Empty title="This site has no source of waveforms.">
              Meters here are polled: their pages show RMS values over time. A sampling front end is declared in the
              site file (waves: id, host, port, circuit); the folder assets/waves says how one sends, and has a sender
              to copy.
            </Empty>
            <PolledInstead />
          </>
        ) : (
          <Empty title={`There is no wave source "${id}" on this site.`}>
            <a href={routeTo('waves')}>Show the first source</a>
          </Empty>
        )}
      </View>
    )
  return <OfSource key={source.id} source={source} all={value} />
}

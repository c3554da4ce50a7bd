import { useMemo } from 'react'
import type { WaveSourceState } from '../../../shared/api/waves-contract.ts'
import { ScopeChart } from '../../charts/scope-chart.tsx'
import { useClock } from '../../state/clock.ts'
import { useColourScheme } from '../../state/colour-scheme.ts'
import { useIntent } from '../../state/intent.ts'
import { useSettings } from '../../state/settings.ts'
import { Notice } from '../../ui/notice.tsx'
import { LivePhasors, LiveSpectrum } from './live-spectrum.tsx'
import { ScopeTools } from './scope-tools.tsx'
import { useScope } from './use-scope.ts'
import type { WaveSources } from './use-waves.ts'
import { WaveCaptures } from './wave-captures.tsx'
import { currents, seriesOf, voltages } from './wave-channels.ts'
import { WaveTriggers } from './wave-triggers.tsx'
import { WaveValues } from './wave-values.tsx'
import { differenceWords, rateText, rateDoubt, sourceFacts, waitingWords } from './wave-words.ts'

const capturesEveryMs = 3000

/** The scope of one source: traces held still by a trigger, and beside them what there is to read off at one time. */
export const LiveScope = ({ source, all }: { readonly source: WaveSourceState; readonly all: WaveSources }) => {
  const scope = useScope(source)
  const capture = useIntent('waves.captureNow')
  const beat = useClock((state) => Math.floor(state.localMs / capturesEveryMs))
  const colours = `${useColourScheme()} ${useSettings((state) => state.phaseColours)}`
  const names = source.channels.map(({ name }) => name)
  const have = names.join(' ')
  const volts = useMemo(() => seriesOf(voltages.filter((name) => have.split(' ').includes(name))), [have])
  const amperes = useMemo(() => seriesOf(currents.filter((name) => have.split(' ').includes(name))), [have])
  const { settings, numbers, look, isHeld, trigger } = scope
  const { picture } = numbers
  const { pointMs, markMs } = scope.cursors
  // What stands in the picture is said, not what was asked for: a paused one may come later, or not any more.
  const isRms = (picture?.mode ?? settings.mode) === 'rms'
  const problem = numbers.problem ?? source.problem
  const doubt = rateDoubt(source)
  const evidence = [
    isRms ? 'one-cycle RMS formed here from its samples' : 'sampled',
    ...(source.rateHz === null ? [] : [rateText(source.rateHz)]),
    ...((picture?.samplesEach ?? 1) > 1 ? [`lowest and highest of every ${picture?.samplesEach ?? 1}`] : []),
    ...(scope.reference.isKept ? ['reference dashed'] : []),
  ].join(', ')
  const shared = {
    buffer: scope.buffer,
    ...scope.window,
    evidence,
    cursors: scope.cursors,
    layers: scope.layers,
    zoom: scope.zoom,
    pan: scope.pan,
    height: 208,
    colours,
  }
  const levelIn = (unit: 'V' | 'A') =>
    !isRms && trigger !== null && source.channels.some((each) => each.name === trigger.channel && each.unit === unit)
      ? trigger.level
      : null
  const when = isHeld ? 'around the cursor' : 'newest ten cycles'
  return (
    <>
      <ScopeTools source={source} sources={all.sources} scope={scope} capture={capture} />
      {problem === null ? null : (
        <Notice tone="alarm" live title="No samples just now">
          {problem}
        </Notice>
      )}
      {problem === null && picture === null ? (
        <Notice tone="normal" title="No samples yet">
          {waitingWords(source)}
        </Notice>
      ) : null}
      {doubt === null ? null : (
        <Notice tone="warn" live title="Its rate is not what it declares">
          {doubt}
        </Notice>
      )}
      {scope.gone === null ? null : (
        <Notice tone="warn" live title="What is paused has passed">
          {scope.gone}
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
        <div className="stack">
          <WaveValues numbers={numbers} look={look.look} isHeld={isHeld} pointMs={pointMs} markMs={markMs} />
          <LivePhasors look={look.look} when={when} />
          <LiveSpectrum
            look={look.look}
            names={names}
            chosen={settings.spectrumOf}
            choose={(spectrumOf) => scope.set({ spectrumOf })}
            when={when}
          />
        </div>
      </div>
      <WaveTriggers source={source} shown={trigger} />
      <WaveCaptures sourceId={source.id} beat={beat} kept={source.kept} />
      <p className="dim">{sourceFacts(source).join(' · ')}</p>
    </>
  )
}

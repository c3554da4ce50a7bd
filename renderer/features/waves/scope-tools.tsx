import { Button, NativeSelect } from '@mantine/core'
import type { WaveSourceState } from '../../../shared/api/waves-contract.ts'
import { persistences, type Persistence } from '../../charts/scope-layers.ts'
import { useConnection } from '../../state/connection.ts'
import type { useIntent } from '../../state/intent.ts'
import { go, routeTo } from '../../state/route.ts'
import { NumberField } from '../../ui/number-field.tsx'
import { free, spans, type Scope, type Sweep } from './use-scope.ts'
import { phaseOf } from './wave-channels.ts'
import { scopeState, spanText } from './wave-words.ts'

const edges = [
  { value: 'rising', label: 'rising' },
  { value: 'falling', label: 'falling' },
  { value: 'either', label: 'either way' },
]
const sweeps: readonly { readonly value: Sweep; readonly label: string }[] = [
  { value: 'always', label: 'always' },
  { value: 'triggered', label: 'only when triggered' },
  { value: 'once', label: 'once, then stands' },
]
const modes = [
  { value: 'samples', label: 'samples' },
  { value: 'rms', label: 'one-cycle RMS' },
]

/** What a person sets on the scope: time base, trigger, what is drawn, and what stays on the screen. */
export const ScopeTools = ({
  source,
  sources,
  scope,
  capture,
}: {
  readonly source: WaveSourceState
  readonly sources: readonly WaveSourceState[]
  readonly scope: Scope
  readonly capture: ReturnType<typeof useIntent<'waves.captureNow'>>
}) => {
  const isViewer = useConnection((state) => state.caller?.role === 'viewer')
  const { settings, set, isHeld, reference } = scope
  const isFree = settings.channel === free
  return (
    <div className="row no-print waves-tools">
      {sources.length < 2 ? null : (
        <NativeSelect
          label="Source"
          value={source.id}
          onChange={(event) => go(routeTo('waves', event.currentTarget.value))}
          data={sources.map(({ id, name }) => ({ value: id, label: name }))}
        />
      )}
      <NativeSelect
        label="Time shown"
        value={String(settings.spanMs)}
        onChange={(event) => scope.showSpan(Number(event.currentTarget.value))}
        data={spans.map((span) => ({ value: String(span), label: spanText(span) }))}
      />
      <NativeSelect
        label="Values drawn"
        value={settings.mode}
        onChange={(event) => set({ mode: event.currentTarget.value as 'samples' | 'rms' })}
        data={modes}
      />
      <NativeSelect
        label="Held still by"
        value={settings.channel}
        onChange={(event) => set({ channel: event.currentTarget.value })}
        data={[
          { value: free, label: 'nothing, runs free' },
          ...source.channels.map(({ name }) => ({ value: name, label: `${name} (${phaseOf(name)})` })),
        ]}
      />
      {isFree ? null : (
        <>
          <NativeSelect
            label="Passing"
            value={settings.edge}
            onChange={(event) => set({ edge: event.currentTarget.value as 'rising' | 'falling' | 'either' })}
            data={edges}
          />
          <NumberField
            label={`Level, ${source.channels.find(({ name }) => name === settings.channel)?.unit ?? ''}`}
            value={settings.level}

            onChange={(level) => set({ level })}
            step={10}
            w={90}
          />
          <NativeSelect
            label="Runs"
            value={settings.sweep}
            onChange={(event) => set({ sweep: event.currentTarget.value as Sweep })}
            data={[...sweeps]}
          />
        </>
      )}
      <NativeSelect
        label="Stays on the screen"
        value={settings.persistence}
        disabled={isFree}
        onChange={(event) => set({ persistence: event.currentTarget.value as Persistence })}
        data={[...persistences]}
      />
      <Button variant="default" aria-pressed={isHeld} onClick={scope.toggle}>
        {isHeld ? 'Resume' : 'Pause'}
      </Button>
      <Button variant="default" onClick={reference.isKept ? reference.drop : reference.keep}>
        {reference.isKept ? 'No reference' : 'Keep as reference'}
      </Button>
      <Button
        variant="default"
        disabled={isViewer || !capture.canSend}
        onClick={() => void capture.send({ sourceId: source.id })}
      >
        Capture now
      </Button>
      <span className="dim" role="status">
        {scopeState(isHeld, isFree, settings.sweep, scope.numbers.picture?.isTriggered === true)}
      </span>
    </div>
  )
}

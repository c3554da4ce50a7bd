import { Button } from '@mantine/core'
import { useCallback, useState } from 'react'
import type { Live } from '../../../shared/api/live-contract.ts'
import type { Overview } from '../../../shared/api/site-contract.ts'
import type { ControlState } from '../../../shared/model/decision.ts'
import type { CsvTable } from '../../format/csv.ts'
import { isoTime } from '../../format/time.ts'
import { useNow } from '../../state/clock.ts'
import { useConnection } from '../../state/connection.ts'
import { useLive, useSite } from '../../state/live.ts'
import { useMayCommand } from '../../state/may.ts'
import { useTimeFormat } from '../../state/site-facts.ts'
import { Mark } from '../../ui/mark.tsx'
import { Empty, Loading, Notice } from '../../ui/notice.tsx'
import { View } from '../../ui/view.tsx'
import { useViewKey } from '../../state/view-keys.ts'
import { AllocationTable } from './allocation-table.tsx'
import { ArmDialog } from './arm-dialog.tsx'
import { ChargerStory } from './charger-story.tsx'
import { CircuitShares } from './circuit-shares.tsx'
import { NextSocket } from './next-socket-panel.tsx'
import { OverrideDialog } from './override-dialog.tsx'
import { OverridesTable } from './overrides-table.tsx'
import { ReactionFold } from '../acceptance/reaction-panel.tsx'
import { WhatIf } from './what-if.tsx'
import './control.css'
import { own } from '../../../shared/own.ts'

const ModePanel = ({
  control,
  canCommand,
  ask,
}: {
  readonly control: ControlState
  readonly canCommand: boolean
  readonly ask: (act: 'arm' | 'disarm') => void
}) => {
  const time = useTimeFormat()
  const now = useNow()
  const { armed, decision } = control
  const decided =
    decision === null ? 'No decision yet.' : `Last decision ${time.clock(decision.atMs)} (${decision.trigger}).`
  return control.mode === 'armed' ? (
    <Notice
      tone="control"
      title="ARMED: limits are written to the chargers"
      actions={
        <Button color="control" disabled={!canCommand} onClick={() => ask('disarm')}>
          Disarm …
        </Button>
      }
    >
      {armed === null ? '' : `By ${armed.who} since ${time.near(armed.atMs, now)}: ${armed.reason}. `}
      {decided}
    </Notice>
  ) : (
    <Notice
      tone="normal"
      title="Monitoring: nothing is written to the chargers"
      actions={
        <Button color="control" disabled={!canCommand} onClick={() => ask('arm')}>
          Arm …
        </Button>
      }
    >
      {control.readOnly === null
        ? 'Arming lets Tripscope hold the chargers within the site’s limits. '
        : `Read-only: ${control.readOnly.why}. `}
      {decided}
    </Notice>
  )
}

const none: readonly string[] = []

/** What the last decision lacked: one line that is always there, so that nothing moves when something is missing. */
const Inputs = ({ notes }: { readonly notes: readonly string[] }) => (
  <details className={`panel inputs ${notes.length === 0 ? '' : 'is-warn'}`} data-testid="decision-notes">
    <summary>
      {notes.length === 0 ? (
        <Mark kind="normal">The last decision had all its inputs</Mark>
      ) : (
        <Mark kind="warning">
          <strong>Decided without all inputs ({notes.length}):</strong> {notes[0]}
        </Mark>
      )}
    </summary>
    <ul className="lines">
      {notes.map((note) => (
        <li key={note}>{note}</li>
      ))}
    </ul>
  </details>
)

const csvOf = ({ control, image }: Live, overview: Overview): CsvTable => ({
  header: [
    'charger',
    'decided_at_utc',
    'mode',
    'state',
    'target_A',
    'read_back_A',
    'write_state',
    'phases',
    'bound_by',
    'why',
    'input_age_ms',
  ],
  rows: overview.chargers.map(({ id }) => {
    const decided = own(control.decision?.chargers, id)
    return [
      id,
      control.decision === null ? null : isoTime(control.decision.atMs),
      control.mode,
      decided?.state ?? null,
      decided?.targetA ?? null,
      own(image.chargers, id)?.samples.limit?.value ?? null,
      own(control.writes, id)?.state ?? null,
      decided?.phases.join(' ') ?? null,
      decided?.boundBy[0]?.detail ?? null,
      decided?.why ?? null,
      decided?.inputAgeMs ?? null,
    ]
  }),
})

export const ControlView = () => {
  const overview = useSite((state) => state.overview)
  const live = useLive((state) => state.live)
  const viewer = useConnection((state) => state.caller?.role === 'viewer')
  const [armAct, setArmAct] = useState<'arm' | 'disarm' | null>(null)
  const [overridden, setOverridden] = useState<string | null>(null)
  const [chosen, setChosen] = useState<string | null>(null)
  const choose = useCallback((id: string) => setChosen((now) => (now === id ? null : id)), [])
  const canCommand = useMayCommand()
  const mode = live?.control.mode
  const first = overview?.chargers[0]?.id
  useViewKey(
    'a',
    useCallback(() => {
      if (canCommand) setArmAct(mode === 'armed' ? 'disarm' : 'arm')
    }, [canCommand, mode]),
  )
  useViewKey(
    'o',
    useCallback(() => {
      if (canCommand && first !== undefined) setOverridden(first)
    }, [canCommand, first]),
  )

  if (overview === null || live === null)
    return (
      <View title="Load control">
        <Loading what="the control state" />
      </View>
    )
  const { control } = live
  return (
    <View
      title="Load control"
      about="Who gets how many amperes, and why"
      csv={{ name: 'control', table: () => csvOf(live, overview) }}
    >
      <ModePanel control={control} canCommand={canCommand} ask={setArmAct} />
      {viewer ? (
        <Notice tone="normal" title="Viewing only">
          Open the operator address to arm or override.
        </Notice>
      ) : null}
      <Inputs notes={control.decision?.notes ?? none} />
      {overview.chargers.length === 0 ? (
        <Empty title="No charger to control">Add chargers to the site file.</Empty>
      ) : (
        <AllocationTable
          overview={overview}
          isArmed={control.mode === 'armed'}
          canOverride={canCommand}
          override={setOverridden}
          chosen={chosen}
          choose={choose}
        />
      )}
      {control.overrides.length === 0 ? null : <OverridesTable overrides={control.overrides} canCancel={canCommand} />}
      <CircuitShares overview={overview} />
      {overview.chargers.length === 0 ? null : <ReactionFold />}
      <NextSocket overview={overview} />
      {overview.chargers.length === 0 ? null : <ChargerStory overview={overview} chosen={chosen} choose={setChosen} />}
      {overview.chargers.length === 0 ? null : <WhatIf overview={overview} />}
      {armAct === null ? null : <ArmDialog act={armAct} close={() => setArmAct(null)} />}
      {overridden === null ? null : (
        <OverrideDialog chargerId={overridden} overview={overview} close={() => setOverridden(null)} />
      )}
    </View>
  )
}

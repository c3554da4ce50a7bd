import { Tabs } from '@mantine/core'
import { useState } from 'react'
import type { AcceptanceState } from '../../../shared/api/acceptance-contract.ts'
import { useStream } from '../../state/stream.ts'
import { Loading, Notice } from '../../ui/notice.tsx'
import { View } from '../../ui/view.tsx'
import { CheckPanel } from './check-panel.tsx'
import { EarlierPanel } from './earlier-panel.tsx'
import { PlanPanel } from './plan-panel.tsx'
import { ReactionPanel } from './reaction-panel.tsx'
import { RunPanel } from './run-panel.tsx'
import './acceptance.css'

/** The site acceptance test: a plan, its steps, a sealed protocol, and what a later run finds otherwise. */
export const AcceptanceView = () => {
  const [tab, setTab] = useState('test')
  const [state, setState] = useState<AcceptanceState | null>(null)
  const [ended, setEnded] = useState<string | null>(null)
  useStream(
    'acceptance.state',
    {},
    {
      frame: (frame) => {
        setState(frame)
        setEnded(null)
      },
      ended: setEnded,
    },
  )
  return (
    <View title="Acceptance" about="A plan made from the site file, run step by step, sealed in a protocol">
      {ended === null ? null : (
        <Notice tone="alarm" live title="The test can't be seen">
          {ended}
        </Notice>
      )}
      {state?.problem == null ? null : (
        <Notice tone="alarm" live title="Not everything is kept">
          {state.problem}
        </Notice>
      )}
      {state === null ? (
        <Loading what="the acceptance test" />
      ) : (
        <Tabs
          value={tab}
          onChange={(value) => setTab(value ?? 'test')}
          keepMounted={false}
          classNames={{ panel: 'acceptance-panel' }}
        >
          <Tabs.List aria-label="Parts of the acceptance">
            <Tabs.Tab value="test">{state.run === null ? 'Plan' : 'Test'}</Tabs.Tab>
            <Tabs.Tab value="earlier">Earlier runs ({state.earlier.length})</Tabs.Tab>
            <Tabs.Tab value="reaction">Reaction time</Tabs.Tab>
            <Tabs.Tab value="check">Check a protocol</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="test">
            {state.run === null ? <PlanPanel /> : <RunPanel run={state.run} mayAct />}
          </Tabs.Panel>
          <Tabs.Panel value="earlier">
            <EarlierPanel runs={state.earlier} />
          </Tabs.Panel>
          <Tabs.Panel value="reaction">
            <ReactionPanel />
          </Tabs.Panel>
          <Tabs.Panel value="check">
            <CheckPanel />
          </Tabs.Panel>
        </Tabs>
      )}
    </View>
  )
}

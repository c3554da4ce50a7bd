import { Tabs } from '@mantine/core'
import { go, routeTo, useRoute } from '../../state/route.ts'
import { View } from '../../ui/view.tsx'
import { TestPanel } from './test-panel.tsx'
import { WiringPanel } from './wiring-panel.tsx'
import './commissioning.css'

/** Is the site wired, set and sized as its file says? By looking on, by a test with a charger, and by acceptance. */
export const CommissioningView = () => {
  const { id, params } = useRoute()
  const tab = params['tab'] === 'test' ? 'test' : 'wiring'
  return (
    <View title="Commissioning" about="Whether the site is wired, set and sized as its file says">
      <Tabs
        value={tab}
        onChange={(value) => go(routeTo('commissioning', id, value === 'test' ? { tab: 'test' } : {}))}
        keepMounted={false}
        classNames={{ panel: 'commissioning-panel' }}
      >
        <Tabs.List aria-label="Ways of checking the site">
          <Tabs.Tab value="wiring">Wiring of the meters</Tabs.Tab>
          <Tabs.Tab value="test">Test with a charger</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="wiring">
          <WiringPanel />
        </Tabs.Panel>
        <Tabs.Panel value="test">
          <TestPanel />
        </Tabs.Panel>
      </Tabs>
    </View>
  )
}

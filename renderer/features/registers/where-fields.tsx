import { NativeSelect, TextInput } from '@mantine/core'
import { changeForm, useExplorer } from './explorer-store.ts'
import { bauds, type readWhere } from './where-text.ts'

export interface WhereFieldsProps {
  /** The chosen line, or a kind of address that is typed. */
  readonly line: string
  readonly problems: ReturnType<typeof readWhere>['problems']
}

const parityOf = (text: string): 'none' | 'even' | 'odd' => (text === 'even' || text === 'odd' ? text : 'none')

const SerialFields = () => {
  const form = useExplorer((state) => state.form)
  return (
    <>
      <TextInput
        label="Port"
        placeholder="/dev/ttyUSB0"
        w={150}
        value={form.path}
        onChange={(event) => changeForm({ path: event.currentTarget.value })}
      />
      <NativeSelect
        label="Baud"
        w={92}
        data={bauds.map(String)}
        value={form.baud}
        onChange={(event) => changeForm({ baud: event.currentTarget.value })}
      />
      <NativeSelect
        label="Parity"
        w={84}
        data={['none', 'even', 'odd']}
        value={form.parity}
        onChange={(event) => changeForm({ parity: parityOf(event.currentTarget.value) })}
      />
      <NativeSelect
        label="Stop bits"
        w={84}
        data={['1', '2']}
        value={form.stopBits}
        onChange={(event) => changeForm({ stopBits: event.currentTarget.value === '2' ? '2' : '1' })}
      />
    </>
  )
}

/** An address that is typed; nothing where a line of the site was chosen. */
export const AddressFields = ({ line, problems }: WhereFieldsProps) => {
  const form = useExplorer((state) => state.form)
  if (line === '@serial') return <SerialFields />
  if (line !== '@tcp' && line !== '@rtu-over-tcp') return null
  return (
    <TextInput
      label="Address"
      placeholder="192.168.1.40:502"
      w={200}
      value={form.host}
      error={form.host === '' ? null : problems.host}
      onChange={(event) => changeForm({ host: event.currentTarget.value })}
    />
  )
}

/** Which unit, and which of its registers. */
export const RangeFields = ({ problems }: Pick<WhereFieldsProps, 'problems'>) => {
  const form = useExplorer((state) => state.form)
  return (
    <>
      <TextInput
        label="Unit"
        w={64}
        value={form.unit}
        error={problems.unit}
        onChange={(event) => changeForm({ unit: event.currentTarget.value })}
      />
      <NativeSelect
        label="Function"
        w={170}
        value={form.functionCode}
        onChange={(event) => changeForm({ functionCode: event.currentTarget.value === '3' ? '3' : '4' })}
        data={[
          { value: '4', label: '4, input registers' },
          { value: '3', label: '3, holding registers' },
        ]}
      />
      <TextInput
        label="From register"
        w={112}
        value={form.first}
        error={problems.first}
        onChange={(event) => changeForm({ first: event.currentTarget.value })}
      />
      <TextInput
        label="How many"
        w={76}
        value={form.count}
        error={problems.count}
        onChange={(event) => changeForm({ count: event.currentTarget.value })}
      />
    </>
  )
}

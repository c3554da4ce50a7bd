import { own } from '../../../shared/own.ts'
import { feedKinds, rekinded, type FeedKind } from '../../../shared/site-draft/refeed.ts'
import { valueAt } from '../../../shared/site-draft/draft.ts'
import { ChoiceField, NumericField, TextField } from './fields.tsx'
import { entryOf, type ModelFormProps } from './form-choices.ts'

const kindNames: Readonly<Record<FeedKind, string>> = {
  openmetrics: 'a page for Prometheus and others (OpenMetrics)',
  'modbus-tcp': 'registers over Modbus TCP, read-only',
  mqtt: 'messages to an MQTT broker',
}
const isKind = (value: string): value is FeedKind => feedKinds.some((each) => each === value)

const ListenFields = ({ usual, ...props }: ModelFormProps & { readonly usual: string }) => (
  <>
    <TextField
      {...props}
      keys={['host']}
      label="Address to listen on"
      description="Empty: this computer alone. 0.0.0.0: every network of this computer"
    />
    <NumericField {...props} keys={['port']} label="TCP port" description={usual} />
  </>
)

/** Where the password is kept, never the password: the site file is shown, copied and sent. */
const PasswordFields = (props: ModelFormProps) => {
  const entry = entryOf(props) ?? { id: '' }
  const { selected } = props
  const kept = ['environment', 'file'].find((each) => valueAt(entry, ['password', each]) !== undefined) ?? ''
  const begins: Readonly<Record<string, string>> = { environment: 'TRIPSCOPE_MQTT_PASSWORD', file: 'mqtt-password.txt' }
  if (selected.list === 'site') return null
  const choose = (value: string) => ({
    ...{ ...selected, kind: 'set-in' as const, keys: ['password'] },
    value: value === 'none' ? undefined : { [value]: own(begins, value) },
  })
  return (
    <>
      <ChoiceField
        {...props}
        keys={['password', 'kept']}
        label="Its password"
        description="Never in the site file: that is shown, copied and sent"
        choices={[
          { value: kept === '' ? '' : 'none', label: 'none' },
          { value: kept === 'environment' ? '' : 'environment', label: 'in an environment variable' },
          { value: kept === 'file' ? '' : 'file', label: 'in a file beside the site file' },
        ]}
        choose={choose}
      />
      {kept === 'environment' ? (
        <TextField {...props} keys={['password', 'environment']} label="Name of the environment variable" />
      ) : null}
      {kept === 'file' ? (
        <TextField
          {...props}
          keys={['password', 'file']}
          label="File with the password"
          description="With nothing else in it; readable only for who runs this program"
        />
      ) : null}
    </>
  )
}

const BrokerFields = (props: ModelFormProps) => (
  <>
    <TextField
      {...props}
      keys={['url']}
      label="Broker"
      description="mqtt://10.0.0.2:1883, or mqtts://… where it is encrypted; without name and password"
    />
    <TextField
      {...props}
      keys={['topic']}
      label="Topic before every value"
      description="tripscope/ and the site’s id if empty"
    />
    <NumericField {...props} keys={['every']} label="Sent every, s" description="5 if empty" />
    <TextField {...props} keys={['user']} label="Name the broker knows it by" description="Empty: none" />
    <PasswordFields {...props} />
    <TextField
      {...props}
      keys={['caFile']}
      label="Certificate authority of the broker"
      description="A PEM file beside the site file; those of this computer if empty"
    />
  </>
)

/** What another system reads of this site. A feed only goes out. */
export const FeedForm = (props: ModelFormProps) => {
  const entry = entryOf(props) ?? { id: '' }
  const kind = entry['kind']
  return (
    <>
      <TextField {...props} keys={['name']} label="Name" />
      <ChoiceField
        {...props}
        keys={['kind']}
        label="What it is"
        choices={feedKinds.map((value) => ({ value, label: kindNames[value] }))}
        choose={(value) => rekinded(entry, isKind(value) ? value : 'openmetrics')}
      />
      {kind === 'mqtt' ? (
        <BrokerFields {...props} />
      ) : (
        <ListenFields {...props} usual={kind === 'modbus-tcp' ? '502 needs rights; 1502 does not' : '9464 is usual'} />
      )}
      {kind === 'modbus-tcp' ? (
        <NumericField {...props} keys={['unit']} label="Modbus unit it answers to" description="1 if empty" />
      ) : null}
    </>
  )
}

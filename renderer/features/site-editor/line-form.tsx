import { isMbusTransport, reconnected, transports, type Transport } from '../../../shared/site-draft/reconnect.ts'
import { ChoiceField, NumericField, TextField, type Choice } from './fields.tsx'
import { entryOf, type ModelFormProps } from './form-choices.ts'

const transportNames: Readonly<Record<Transport, string>> = {
  tcp: 'Modbus TCP',
  'rtu-over-tcp': 'Modbus RTU over TCP (a gateway that passes frames)',
  serial: 'Modbus RTU on a serial port (RS-485)',
  'mbus-serial': 'M-Bus on a serial port',
  'mbus-tcp': 'M-Bus over TCP',
}
const isTransport = (value: string): value is Transport => transports.some((each) => each === value)
const parities = ['none', 'even', 'odd'].map((value) => ({ value, label: value }))
const rates = (all: readonly number[]): readonly Choice[] =>
  all.map((rate) => ({ value: String(rate), label: String(rate) }))
const modbusRates = rates([1200, 2400, 4800, 9600, 19_200, 38_400, 57_600, 115_200])
const mbusRates: readonly Choice[] = [
  { value: '', label: '2400, as meters leave the factory' },
  ...rates([300, 600, 1200, 4800, 9600, 19_200, 38_400]),
]
const counts = (usual: string, other: string): readonly Choice[] => [
  { value: '', label: usual },
  { value: other, label: other },
]

const FramingField = (props: ModelFormProps) => (
  <ChoiceField
    {...props}
    keys={['framing']}
    label="Frames on the bus"
    choices={[
      { value: '', label: 'Modbus RTU' },
      { value: 'ascii', label: 'Modbus ASCII' },
    ]}
  />
)

const SerialFields = ({ isMbus, ...props }: ModelFormProps & { readonly isMbus: boolean }) => (
  <>
    <TextField {...props} keys={['path']} label="Serial port" description="/dev/ttyUSB0, or COM3 on Windows" />
    <ChoiceField {...props} keys={['baud']} label="Speed, baud" isNumber choices={isMbus ? mbusRates : modbusRates} />
    <ChoiceField
      {...props}
      keys={['parity']}
      label="Parity"
      choices={[{ value: '', label: isMbus ? 'even, as M-Bus has it' : 'none' }, ...parities]}
    />
    <ChoiceField {...props} keys={['stopBits']} label="Stop bits" isNumber choices={counts('1', '2')} />
    {isMbus ? null : (
      <>
        <ChoiceField {...props} keys={['dataBits']} label="Data bits" isNumber choices={counts('8', '7')} />
        <FramingField {...props} />
      </>
    )}
  </>
)

export const LineForm = (props: ModelFormProps) => {
  const entry = entryOf(props) ?? { id: '' }
  const { transport } = entry
  const isMbus = isMbusTransport(transport)
  const isSerial = transport === 'serial' || transport === 'mbus-serial'
  return (
    <>
      <TextField {...props} keys={['name']} label="Name" />
      <ChoiceField
        {...props}
        keys={['transport']}
        label="How it is connected"
        choices={transports.map((value) => ({ value, label: transportNames[value] }))}
        choose={(value) => reconnected(entry, isTransport(value) ? value : 'tcp')}
      />
      {isSerial ? (
        <SerialFields {...props} isMbus={isMbus} />
      ) : (
        <>
          <TextField
            {...props}
            keys={['host']}
            label="Host or IP address"
            description="Alone, without http:// and port: 10.0.0.5"
          />
          <NumericField
            {...props}
            keys={['port']}
            label="TCP port"
            description={isMbus ? 'On which the converter passes bytes through' : 'Modbus TCP uses 502'}
          />
          {isMbus ? null : (
            <ChoiceField
              {...props}
              keys={['link']}
              label="Reached over"
              choices={[
                { value: '', label: 'the local network' },
                { value: 'cellular', label: 'a mobile or satellite link: patient, and sparing with data' },
              ]}
            />
          )}
          {transport === 'rtu-over-tcp' ? <FramingField {...props} /> : null}
        </>
      )}
    </>
  )
}

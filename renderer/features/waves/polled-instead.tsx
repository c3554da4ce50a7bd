import { NativeSelect } from '@mantine/core'
import { useState } from 'react'
import { own } from '../../../shared/own.ts'
import { PhasorDiagram } from '../../charts/phasor-diagram.tsx'
import { useLive, useSite } from '../../state/live.ts'
import { LiveStrips } from '../meters/live-strips.tsx'
import { ReconstructedPanel } from './reconstructed-cycle.tsx'
import { useMeterRecords } from '../../state/meter-records.ts'
import { polledPhasors } from './polled-phasors.ts'

/** Where no front end samples: what polls show of a meter, which is no waveform, and says so. */
export const PolledInstead = () => {
  const meters = useSite((state) => state.overview?.meters) ?? []
  const [chosen, setChosen] = useState('')
  const meter = meters.find(({ id }) => id === chosen) ?? meters[0]
  const reading = useLive((state) => own(state.live?.image.meters, meter?.id ?? ''))
  const records = useMeterRecords().find(({ meterId }) => meterId === meter?.id)
  if (meter === undefined) return null
  return (
    <>
      <div className="row no-print waves-tools">
        <NativeSelect
          label="Polled values of"
          value={meter.id}
          onChange={(event) => setChosen(event.currentTarget.value)}
          data={meters.map(({ id, name }) => ({ value: id, label: name }))}
        />
      </div>
      <div className="waves-body">
        <LiveStrips key={meter.id} meter={meter} />
        <PhasorDiagram
          phasors={polledPhasors(reading)}
          evidence="polled RMS; voltage angles are assumed 120° apart, current angles are from P and Q"
        />
      </div>
      {records?.hasHarmonics === true ? (
        <ReconstructedPanel key={meter.id} meterId={meter.id} name={meter.name} />
      ) : (
        <p className="dim">
          {meter.name} gives no harmonics with angles and no captures over Modbus, so no waveform can be drawn of it:
          only phasors and RMS.
        </p>
      )}
    </>
  )
}

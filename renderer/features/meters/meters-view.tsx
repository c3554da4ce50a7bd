import type { MeterDescription } from '../../../shared/api/site-contract.ts'
import type { QuantityKey } from '../../../shared/quantities.ts'
import { formatPeriod } from '../../format/duration.ts'
import { formatBrief, polledAs, quantityUnit } from '../../format/quantity.ts'
import { isoTime } from '../../format/time.ts'
import { useHealth, useLive, useSite } from '../../state/live.ts'
import { routeTo, useRoute } from '../../state/route.ts'
import { meterOf } from '../../state/site-facts.ts'
import { deviceStateText } from '../../ui/device-state.ts'
import { Mark } from '../../ui/mark.tsx'
import { Empty, Loading } from '../../ui/notice.tsx'
import { Age } from '../../ui/age.tsx'
import { Dash, Missing } from '../../ui/dash.tsx'
import { View } from '../../ui/view.tsx'
import { MeterPage } from './meter-page.tsx'
import './meters.css'
import { own } from '../../../shared/own.ts'

const listed: readonly QuantityKey[] = ['u_l1n', 'u_l2n', 'u_l3n', 'i_l1', 'i_l2', 'i_l3', 'p_total', 'e_import']
const heads = ['U L1', 'U L2', 'U L3', 'I L1', 'I L2', 'I L3', 'Power', 'Import']

const MeterLine = ({ meter }: { readonly meter: MeterDescription }) => {
  const reading = useLive((state) => own(state.live?.image.meters, meter.id))
  const device = useHealth((state) => own(state.health?.devices, meter.id))
  const state = deviceStateText(device)
  return (
    <tr>
      <th scope="row">
        <a href={routeTo('meters', meter.id)}>{meter.name}</a>
        <div className="meter-model dim" title={`${meter.make} ${meter.model}`}>
          {meter.make} {meter.model}
        </div>
      </th>
      <td>
        <Mark kind={state.kind}>{state.word}</Mark>
      </td>
      {listed.map((key) => {
        const sample = reading?.samples[key]
        return (
          <td key={key} className="num">
            {sample?.value == null ? <Missing sample={sample} brief /> : formatBrief(key, sample.value)}
          </td>
        )
      })}
      <td className="num">
        <Age atMs={device?.lastGoodAtMs ?? null} />
      </td>
      <td className="num">{device === undefined ? <Dash why="Not read yet" /> : formatPeriod(device.periodMs)}</td>
    </tr>
  )
}

const MeterList = () => {
  const overview = useSite((state) => state.overview)
  const live = useLive((state) => state.live)
  const csv =
    live === null
      ? undefined
      : {
          name: 'meters',
          table: () => ({
            header: ['meter', 'known_as', 'quantity', 'value', 'unit', 'quality', 'measured_at_utc'],
            rows: Object.entries(live.image.meters).flatMap(([id, reading]) =>
              Object.entries(reading.samples).map(([key, sample]) => [
                id,
                polledAs(key),
                key,
                sample.value,
                quantityUnit(key),
                sample.quality,
                sample.atMs === null ? null : isoTime(sample.atMs),
              ]),
            ),
          }),
        }
  return (
    <View title="Meters" about="Open one for live charts and where every number comes from" csv={csv}>
      {overview === null ? (
        <Loading what="the list of meters" />
      ) : overview.meters.length === 0 ? (
        <Empty title="No meter in the site file">Without a meter nothing is measured: add one to the site file.</Empty>
      ) : (
        <div className="panel table-scroll" role="region" aria-label="Meters" tabIndex={0}>
          <table className="table meter-list">
            <thead>
              <tr>
                <th scope="col">Meter</th>
                <th scope="col">State</th>
                {heads.map((head) => (
                  <th key={head} scope="col" className="num">
                    {head}
                  </th>
                ))}
                <th scope="col" className="num">
                  Reply
                </th>
                <th scope="col" className="num">
                  Period
                </th>
              </tr>
            </thead>
            <tbody>
              {overview.meters.map((meter) => (
                <MeterLine key={meter.id} meter={meter} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </View>
  )
}

export const MetersView = () => {
  const { id } = useRoute()
  const overview = useSite((state) => state.overview)
  if (id === null) return <MeterList />
  if (overview === null)
    return (
      <View title="Meter">
        <Loading what="the site" />
      </View>
    )
  const meter = meterOf(overview, id)
  return meter === undefined ? (
    <View title="Meter">
      <Empty title={`The site file has no meter "${id}".`}>
        <a href={routeTo('meters')}>See all meters</a>
      </Empty>
    </View>
  ) : (
    <MeterPage key={id} meter={meter} />
  )
}

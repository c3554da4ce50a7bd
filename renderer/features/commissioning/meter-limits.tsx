import { accuracyText, shownAccuracy } from '../../../shared/wiring/shown-accuracy.ts'
import { own } from '../../../shared/own.ts'
import { useLive, useSite } from '../../state/live.ts'
import { meterOf } from '../../state/site-facts.ts'

const currentKeys = ['i_l1', 'i_l2', 'i_l3'] as const

/** How far a meter's numbers can be trusted: what its transformers and its own class allow at the load of now, and which register may be billed by. */
export const MeterLimits = ({ meterId }: { readonly meterId: string }) => {
  const overview = useSite((state) => state.overview)
  const currentA = useLive((state) => {
    const samples = own(state.live?.image.meters, meterId)?.samples
    const known = currentKeys.flatMap((key) => own(samples ?? {}, key)?.value ?? [])
    return known.length === 0 ? null : Math.round(Math.max(...known.map(Math.abs)))
  })
  const factor = useLive((state) => {
    const value = own(own(state.live?.image.meters, meterId)?.samples ?? {}, 'pf_total')?.value
    return value == null ? null : Math.round(Math.abs(value) * 20) / 20
  })
  const declared = overview?.site.meters.find(({ id }) => id === meterId)
  const accuracy = shownAccuracy({
    transformer: declared?.currentTransformer,
    meterClass: declared?.class,
    currentA,
    // Without load a factor says nothing: what cars and buildings usually have.
    powerFactor: factor === null || factor < 0.1 ? 0.95 : factor,
  })
  return (
    <dl className="facts meter-limits">
      <dt>Accuracy of what it shows</dt>
      <dd>{accuracyText(accuracy)}.</dd>
      <dt>Billing</dt>
      <dd>
        {meterOf(overview, meterId)?.billing ?? 'not known'} Only the meter’s own kWh register may ever be billed by,
        shown as it is; power, power factor and all that is added up here may not.
      </dd>
    </dl>
  )
}

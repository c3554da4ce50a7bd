import { NativeSelect } from '@mantine/core'
import { useMemo } from 'react'
import type { CircuitPhaseReading, CircuitReading } from '../../../../shared/model/image.ts'
import { phases } from '../../../../shared/model/phase.ts'
import { own } from '../../../../shared/own.ts'
import type { Site, SiteCircuit } from '../../../../shared/site/site.ts'
import type { TraceBuffer } from '../../../charts/trace-buffer.ts'
import { useNow } from '../../../state/clock.ts'
import { useColourScheme } from '../../../state/colour-scheme.ts'
import { pointAt, useCursor } from '../../../state/cursor.ts'
import { useLive, useSite } from '../../../state/live.ts'
import { go, routeTo, useRoute } from '../../../state/route.ts'
import { useSettings } from '../../../state/settings.ts'
import { useTimeFormat } from '../../../state/site-facts.ts'
import { useTrace } from '../../../state/trace.ts'
import { Empty, Loading } from '../../../ui/notice.tsx'
import { thermalText } from '../../../ui/thermal-text.ts'
import { View } from '../../../ui/view.tsx'
import {
  bandText,
  deviceOf,
  noCurveWhy,
  seriesOf,
  tableCurrents,
  type CurveDevice,
  type CurvePole,
} from './curve-facts.ts'
import { CurvePanel } from './curve-panel.tsx'

const currentKeys = { L1: 'i_l1', L2: 'i_l2', L3: 'i_l3' } as const
const noKeys: readonly string[] = []
const allKeys: readonly string[] = Object.values(currentKeys)

/** The poles of a circuit as its meter's trace has them; without a meter there is only the current now. */
const polesOf = (
  circuit: SiteCircuit,
  buffer: TraceBuffer,
  reading: CircuitReading | undefined,
): readonly CurvePole[] => {
  const { atMs, columns } = buffer.data()
  return phases.flatMap((phase): CurvePole[] => {
    if (!circuit.phases.includes(phase)) return []
    const nowA = reading?.phases[phase]?.currentA.value ?? null
    return [
      {
        phase,
        nowA: nowA === null ? null : Math.abs(nowA),
        atMs: [...atMs],
        amperes: (own(columns, currentKeys[phase]) ?? []).map((value) => (value === null ? null : Math.abs(value))),
      },
    ]
  })
}

const marginText = (pole: CircuitPhaseReading): string => {
  const { short, earliest } = thermalText(pole)
  if (short === null) return 'not known'
  return `${short} %${earliest === '' ? '' : ` (earliest trip ${earliest === 'now' ? 'now' : `in ${earliest}`})`}`
}

const Margins = ({
  circuit,
  reading,
}: {
  readonly circuit: SiteCircuit
  readonly reading: CircuitReading | undefined
}) => (
  <p className="dim" role="status" aria-live="off">
    {circuit.phases
      .map((phase) => {
        const pole = reading?.phases[phase]
        return pole === undefined ? `${phase}: no reading` : `${phase}: ${marginText(pole)}`
      })
      .join(', ')}{' '}
    of the thermal margin used
  </p>
)

const OfCircuit = ({
  site,
  circuit,
  devices,
}: {
  readonly site: Site
  readonly circuit: SiteCircuit
  readonly devices: readonly [CurveDevice, ...CurveDevice[]]
}) => {
  const reading = useLive(({ live }) => own(live?.image.circuits, circuit.id))
  const meterId = circuit.meter
  const buffer = useTrace(meterId ?? circuit.id, meterId === undefined ? noKeys : allKeys)
  const { atMs: cursorMs, markMs } = useCursor()
  const colours = `${useColourScheme()} ${useSettings((state) => state.phaseColours)}`
  const time = useTimeFormat()
  // Once a second is enough for a curve, and folding ten minutes of readings costs some milliseconds.
  const second = Math.floor(useNow() / 1000)
  // eslint-disable-next-line react-hooks/exhaustive-deps -- the buffer changes in place: the second says when it is read again
  const poles = useMemo(() => polesOf(circuit, buffer, reading), [circuit, buffer, second])
  const meterName = site.meters.find(({ id }) => id === meterId)?.name ?? meterId
  return (
    <>
      <Margins circuit={circuit} reading={reading} />
      <CurvePanel
        devices={devices}
        poles={meterId === undefined ? [] : poles}
        evidence={
          meterId === undefined
            ? 'no meter measures this circuit: the curve alone'
            : `polled RMS of ${meterName ?? ''}, the last 10 min`
        }
        time={time}
        cursorMs={cursorMs}
        markMs={markMs}
        pointAt={pointAt}
        colours={colours}
      />
    </>
  )
}

const about =
  'How long each breaker bears a current, from its standard or its maker’s points, and what its poles carried'

/** Picks a circuit and shows its breaker's curve live; `#/curve/feeder-1`. */
export const CurveView = () => {
  const overview = useSite((state) => state.overview)
  const { id } = useRoute()
  const site = overview?.site
  const circuits = site?.circuits.filter(({ breaker }) => breaker !== undefined) ?? []
  const circuit =
    circuits.find((each) => each.id === id) ??
    circuits.find((each) => each.meter !== undefined && each.parent !== undefined && deviceOf(each) !== null) ??
    circuits[0]
  const circuitId = circuit?.id
  const devices = useMemo(
    () => (site === undefined || circuitId === undefined ? [] : seriesOf(site, circuitId)),
    [site, circuitId],
  )
  const [device] = devices
  if (site === undefined)
    return (
      <View title="Breaker curves" about={about}>
        <Loading what="the site" />
      </View>
    )
  if (circuit === undefined)
    return (
      <View title="Breaker curves" about={about}>
        <Empty title="No breaker is declared">
          Declare the breaker of a circuit in the site file (standard, curve, rating) to see its curve here.
        </Empty>
      </View>
    )
  const why = noCurveWhy(circuit)
  return (
    <View
      picture="curve"
      title="Breaker curves"
      about={about}
      csv={
        device === undefined || why !== null
          ? undefined
          : {
              name: `curve-${circuit.id}`,
              table: () => ({
                header: ['current_A', ...devices.map(({ name, model }) => `${name} ${model.label} earliest to latest`)],
                rows: tableCurrents(device).map((currentA) => [
                  currentA,
                  ...devices.map((each) => bandText(each, currentA)),
                ]),
              }),
            }
      }
    >
      <div className="row no-print curve-tools">
        <NativeSelect
          label="Circuit"
          value={circuit.id}
          onChange={(event) => go(routeTo('curve', event.currentTarget.value))}
          data={circuits.map((each) => ({ value: each.id, label: each.name ?? each.id }))}
        />
      </div>
      {why !== null || device?.id !== circuit.id ? (
        <Empty title="This breaker has no curve">{why ?? 'its model is not known'}</Empty>
      ) : (
        <OfCircuit key={circuit.id} site={site} circuit={circuit} devices={[device, ...devices.slice(1)]} />
      )}
    </View>
  )
}

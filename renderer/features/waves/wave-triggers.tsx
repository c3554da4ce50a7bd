import { Button, NativeSelect } from '@mantine/core'
import type { WaveSourceState } from '../../../shared/api/waves-contract.ts'
import { formatNumber } from '../../format/number.ts'
import { useConnection } from '../../state/connection.ts'
import { useIntent } from '../../state/intent.ts'
import { Notice } from '../../ui/notice.tsx'

export interface ShownTrigger {
  readonly channel: string
  readonly level: number
  readonly edge: 'rising' | 'falling' | 'either'
}

const ways = { rising: 'rises above', falling: 'falls below', either: 'passes' } as const
const findings = [
  { value: 'none', label: 'no finding' },
  { value: 'warning', label: 'a new warning or worse' },
  { value: 'critical', label: 'a new critical finding' },
]

/** When captures are taken by themselves: by a level, by a finding; dips, swells and interruptions always. */
export const WaveTriggers = ({
  source,
  shown,
}: {
  readonly source: WaveSourceState
  readonly shown: ShownTrigger | null
}) => {
  const level = useIntent('waves.setTrigger')
  const finding = useIntent('waves.setFindingTrigger')
  const isViewer = useConnection((state) => state.caller?.role === 'viewer')
  const { captureLevel, captureFinding } = source
  const why = [level.state, finding.state].flatMap((state) => (state.step === 'refused' ? [state.why] : []))[0]
  return (
    <section className="panel" aria-label="Captures by themselves">
      <div className="row no-print waves-tools">
        <h2>
          Captures by themselves <span className="dim">until the program ends</span>
        </h2>
        <NativeSelect
          label="On"
          value={captureFinding ?? 'none'}
          disabled={isViewer || !finding.canSend}
          onChange={(event) => {
            const { value } = event.currentTarget
            void finding.send({
              sourceId: source.id,
              severity: value === 'none' ? null : (value as 'warning' | 'critical'),
            })
          }}
          data={findings}
        />
        <Button
          variant="default"
          disabled={isViewer || !level.canSend || shown === null}
          onClick={() => void level.send({ sourceId: source.id, trigger: shown })}
        >
          Capture at the level shown
        </Button>
        <Button
          variant="default"
          disabled={isViewer || !level.canSend || captureLevel === null}
          onClick={() => void level.send({ sourceId: source.id, trigger: null })}
        >
          No more by level
        </Button>
        <span className="dim" role="status">
          {captureLevel === null
            ? 'No capture by level'
            : `A capture when ${captureLevel.channel} ${ways[captureLevel.edge]} ${formatNumber(captureLevel.level, 1)}`}
        </span>
      </div>
      {why === undefined ? null : (
        <Notice tone="alarm" live title="Not set">
          {why}
        </Notice>
      )}
    </section>
  )
}

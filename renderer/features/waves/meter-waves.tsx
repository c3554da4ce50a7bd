import { Button, NativeSelect } from '@mantine/core'
import type { WaveSourceState } from '../../../shared/api/waves-contract.ts'
import { useClock } from '../../state/clock.ts'
import { useConnection } from '../../state/connection.ts'
import { useIntent } from '../../state/intent.ts'
import { go, routeTo } from '../../state/route.ts'
import { Notice } from '../../ui/notice.tsx'
import type { WaveSources } from './use-waves.ts'
import { WaveCaptures } from './wave-captures.tsx'

const capturesEveryMs = 3000

const ways = {
  'plain-blocks': 'Its newest capture stands in its registers until it takes the next; it is read when you ask for it.',
  'log-window':
    'Its captures are read out of its log. While one is read the meter does not write to that log; it is given back at once, and goes on by itself in any case. New ones are looked for every five minutes.',
  'comtrade-files': 'Its captures are read as COMTRADE files. New ones are looked for every five minutes.',
} as const

/** A meter that takes captures by itself: nothing is live here, and its captures are sampled like those of a front end. */
export const MeterWaves = ({ source, all }: { readonly source: WaveSourceState; readonly all: WaveSources }) => {
  const capture = useIntent('waves.captureNow')
  const isViewer = useConnection((state) => state.caller?.role === 'viewer')
  const beat = useClock((state) => Math.floor(state.localMs / capturesEveryMs))
  const { ofMeter } = source
  if (ofMeter === undefined) return null
  const isBusy = ofMeter.isReading || capture.state.step === 'sent'
  return (
    <>
      <div className="row no-print waves-tools">
        <NativeSelect
          label="Source"
          value={source.id}
          onChange={(event) => go(routeTo('waves', event.currentTarget.value))}
          data={all.sources.map(({ id, name }) => ({ value: id, label: name }))}
        />
        <Button
          variant="default"
          disabled={isViewer || !capture.canSend || isBusy}
          onClick={() => {
            capture.renew()
            void capture.send({ sourceId: source.id })
          }}
        >
          {isBusy ? 'Reading …' : 'Read its captures now'}
        </Button>
      </div>
      {capture.state.step === 'refused' ? (
        <Notice tone="alarm" live title="No capture read">
          {capture.state.why}
        </Notice>
      ) : null}
      <Notice tone="normal" title="No live wave: this meter takes captures by itself">
        {ways[ofMeter.procedure]} They are sampled by the meter, at its own rate;{' '}
        {ofMeter.accuracyClass === null
          ? 'its maker’s accuracy class is not known here'
          : `class ${ofMeter.accuracyClass} as its maker states it`}
        .{ofMeter.missing.length === 0 ? null : ` Not known: ${ofMeter.missing.join('; ')}.`}
      </Notice>
      <WaveCaptures sourceId={source.id} beat={beat} isOfMeter kept={source.kept} />
      <p className="dim">{source.device}</p>
    </>
  )
}

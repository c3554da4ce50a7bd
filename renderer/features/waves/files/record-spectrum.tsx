import { NativeSelect } from '@mantine/core'
import { useState } from 'react'
import type { WaveFileTrace } from '../../../../shared/api/wave-files-contract.ts'
import { SpectrumBars } from '../../../charts/spectrum-bars.tsx'
import { spectrumWords } from '../wave-words.ts'
import { colourOfTrace } from './trace-series.ts'
import { useRecordSpectrum, type RecordPlace } from './use-wave-file.ts'

/** Harmonics of one trace around the cursor. */
export const RecordSpectrum = ({
  place,
  traces,
  chosen,
  isPrimary,
  atS,
}: {
  readonly place: RecordPlace
  readonly traces: readonly WaveFileTrace[]
  readonly chosen: readonly number[]
  readonly isPrimary: boolean
  readonly atS: number
}) => {
  const waves = chosen.filter((number) => traces[number]?.truth === 'sampled')
  const [wanted, setWanted] = useState<number | null>(null)
  const trace = wanted !== null && waves.includes(wanted) ? wanted : (waves[0] ?? null)
  const read = useRecordSpectrum(place, trace, isPrimary, atS)
  const spectrum = read.value
  const shown = trace === null ? undefined : traces[trace]
  return (
    <section className="panel stack" aria-label="Spectrum">
      <div className="row">
        <h2>
          Spectrum <span className="dim">sampled, around the cursor</span>
        </h2>
        {waves.length === 0 ? null : (
          <NativeSelect
            aria-label="Trace of the spectrum"
            value={String(trace)}
            onChange={(event) => setWanted(Number(event.currentTarget.value))}
            data={waves.map((number) => ({ value: String(number), label: traces[number]?.name ?? '' }))}
          />
        )}
      </div>
      {trace === null ? (
        <p className="dim">No trace that is shown holds samples of a wave.</p>
      ) : spectrum === null ? (
        <p className="dim">
          {read.step === 'failed'
            ? read.why
            : read.step === 'loading'
              ? 'Being formed …'
              : 'No whole cycle without a gap is around the cursor.'}
        </p>
      ) : (
        <>
          <SpectrumBars orders={spectrum.orders} colour={colourOfTrace(shown)} />
          <p>
            THD{' '}
            {spectrum.thdPercent === null
              ? '– (no fundamental to speak of)'
              : spectrumWords.percent(spectrum.thdPercent)}{' '}
            <span className="dim">{spectrumWords.basis(spectrum, shown?.unit ?? '')}</span>
          </p>
        </>
      )}
    </section>
  )
}

import { NativeSelect } from '@mantine/core'
import type { SampledLook } from '../../../shared/api/waves-contract.ts'
import { PhasorDiagram, type DrawnPhasor } from '../../charts/phasor-diagram.tsx'
import { SpectrumBars } from '../../charts/spectrum-bars.tsx'
import { colourOf, phaseOf } from './wave-channels.ts'
import { turnedAngles } from './wave-angles.ts'
import { spectrumWords } from './wave-words.ts'

/** Phasors of the fundamental, turned so that the first voltage points to the right: a live diagram that stands still. */
export const LivePhasors = ({ look, when }: { readonly look: SampledLook | null; readonly when: string }) => {
  const angles = turnedAngles(look)
  const phasors = (look?.channels ?? []).flatMap(({ name, unit, fundamental }): readonly DrawnPhasor[] => {
    const angleDeg = angles.get(name)
    if (fundamental === null || angleDeg === undefined) return []
    return [
      {
        key: name,
        label: `${unit === 'V' ? 'U' : 'I'}${phaseOf(name).replace('L', '')}`,
        colour: colourOf(name),
        kind: unit === 'V' ? 'voltage' : 'current',
        rms: fundamental,
        unit,
        angleDeg,
      },
    ]
  })
  return <PhasorDiagram phasors={phasors} evidence={`sampled, fundamental, ${when}`} />
}

/** Harmonics of one channel. */
export const LiveSpectrum = ({
  look,
  names,
  chosen,
  choose,
  when,
}: {
  readonly look: SampledLook | null
  readonly names: readonly string[]
  readonly chosen: string | null
  readonly choose: (name: string) => void
  readonly when: string
}) => {
  const spectrum = look?.spectrum ?? null
  const unit = look?.channels.find(({ name }) => name === chosen)?.unit ?? ''
  return (
    <section className="panel stack" aria-label="Spectrum">
      <div className="row">
        <h2>
          Spectrum <span className="dim">sampled, {when}</span>
        </h2>
        <NativeSelect
          aria-label="Channel of the spectrum"
          value={chosen ?? ''}
          onChange={(event) => choose(event.currentTarget.value)}
          data={names.map((name) => ({ value: name, label: `${name} (${phaseOf(name)})` }))}
        />
      </div>
      {spectrum === null ? (
        <p className="dim">No whole cycle without a gap is there.</p>
      ) : (
        <>
          <SpectrumBars orders={spectrum.orders} colour={colourOf(chosen ?? '')} />
          <p>
            THD {spectrum.thdPercent === null ? '–' : spectrumWords.percent(spectrum.thdPercent)}{' '}
            <span className="dim">{spectrumWords.basis(spectrum, unit)}</span>
          </p>
        </>
      )}
    </section>
  )
}

import { routeTo, useRoute } from '../../state/route.ts'
import { Empty, Loading, Notice } from '../../ui/notice.tsx'
import { View } from '../../ui/view.tsx'
import { FilePage } from './files/file-page.tsx'
import { FolderNotes } from './files/folder-notes.tsx'
import { OpenButton } from './files/open-button.tsx'
import { useWaveFiles } from './files/use-wave-file.ts'
import { LiveScope } from './live-scope.tsx'
import { MeterWaves } from './meter-waves.tsx'
import { PolledInstead } from './polled-instead.tsx'
import { ReconstructedOfMeters } from './reconstructed-cycle.tsx'
import { useWaveSources } from './use-waves.ts'
import './waves.css'

/** Recordings in files, one of them shown; "newest" is what came last. */
const OfFiles = ({ wanted }: { readonly wanted: string }) => {
  const { files, folders, ended } = useWaveFiles()
  const file = wanted === 'newest' ? files?.at(-1) : files?.find(({ id }) => id === wanted)
  return (
    <View
      title="Waveforms"
      about="Recordings of other devices: what they are is said beside each plot"
      actions={<SourceActions isFile />}
    >
      <FolderNotes folders={folders} />
      {ended !== null ? (
        <Notice tone="alarm" live title="No recordings">
          {ended}
        </Notice>
      ) : files === null ? (
        <Loading what="the recordings" />
      ) : file === undefined ? (
        <Empty title="No recording is open.">
          Drop COMTRADE (.cfg with its .dat, or .cff), PQDIF (.pqd) or samples as .csv on this window, or choose them.
        </Empty>
      ) : (
        <FilePage key={file.id} file={file} files={files} />
      )}
    </View>
  )
}

const SourceActions = ({ isFile = false }: { readonly isFile?: boolean }) => (
  <>
    <a href={isFile ? routeTo('waves') : routeTo('waves', null, { file: 'newest' })}>
      {isFile ? 'Live waveforms' : 'Recordings'}
    </a>
    <OpenButton />
  </>
)

/** An oscilloscope on the samples of a front end: live, held still by a trigger, with two cursors; or recordings in files. */
export const WavesView = () => {
  const { params } = useRoute()
  return params.file === undefined ? <LiveWaves /> : <OfFiles wanted={params.file} />
}

const LiveWaves = () => {
  const { id } = useRoute()
  const { value, ended } = useWaveSources()
  if (value === null)
    return (
      <View title="Waveforms">
        {ended === null ? (
          <Loading what="the wave sources" />
        ) : (
          <Notice tone="alarm" live title="No wave sources">
            {ended}
          </Notice>
        )}
      </View>
    )
  const source = id === null ? value.sources[0] : value.sources.find((each) => each.id === id)
  if (source === undefined)
    return (
      <View title="Waveforms" actions={<SourceActions />}>
        {id === null ? (
          <>
            <Empty title="This site has no source of waveforms.">
              Meters here are polled: their pages show RMS values over time. A sampling front end is declared in the
              site file (waves: id, host, port, circuit); the folder assets/waves says how one sends, and has a sender
              to copy.
            </Empty>
            <PolledInstead />
          </>
        ) : (
          <Empty title={`There is no wave source "${id}" on this site.`}>
            <a href={routeTo('waves')}>Show the first source</a>
          </Empty>
        )}
      </View>
    )
  return (
    <View
      title="Waveforms"
      about={
        source.ofMeter === undefined
          ? `${source.name}: samples as a front end took them, never polled values`
          : `${source.name}: captures as the meter took them, never polled values`
      }
      picture="waveforms"
      actions={<SourceActions />}
    >
      {source.ofMeter === undefined ? (
        <LiveScope key={source.id} source={source} all={value} />
      ) : (
        <MeterWaves key={source.id} source={source} all={value} />
      )}
      <ReconstructedOfMeters />
    </View>
  )
}

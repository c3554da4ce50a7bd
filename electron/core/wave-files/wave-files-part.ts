import { refusal } from '../../../shared/said/refusal.ts'
import { waveFilePurpose, type waveFilesContract } from '../../../shared/api/wave-files-contract.ts'
import type { Site } from '../../../shared/site/site.ts'
import type { Part } from '../part.ts'
import type { FileReceiver } from '../transfer/file-receiver.ts'
import type { Transfers } from '../transfer/file-offer.ts'
import type { OpenWaveFiles } from './wave-file-ports.ts'

export interface WaveFilesPartPorts {
  readonly site: Site
  /** Missing: there are no files and no threads here, as in a test. */
  readonly openWaveFiles?: OpenWaveFiles
  readonly transfers: Transfers
  /** Takes this part's receiver. */
  readonly receivers: Map<string, FileReceiver>
}

/** Recordings in files of other recorders: taken in, listed, drawn, valued, exported. They never enter the image, and control knows nothing of them. */
export const createWaveFilesPart = ({
  site,
  openWaveFiles,
  transfers,
  receivers,
}: WaveFilesPartPorts): Part<typeof waveFilesContract> => {
  const shelf = openWaveFiles?.({ nominalHz: site.grid.frequency, folders: site.waveFolders ?? [] }) ?? null
  if (shelf !== null) receivers.set(waveFilePurpose, shelf.receiver)
  const opened = () => {
    if (shelf === null) throw refusal('no-place-for-recordings', {})
    return shelf
  }
  return {
    name: 'the recordings in files',
    start: () => shelf?.start(),
    stop: async () => shelf?.stop(),
    handlers: {
      'waveFiles.list': (_input, push) => {
        const tell = () => push({ files: [...(shelf?.list() ?? [])], folders: [...(shelf?.folders() ?? [])] })
        tell()
        return shelf?.onChange(tell) ?? (() => undefined)
      },
      'waveFiles.describe': ({ fileId, ...input }) => opened().ask(fileId, 'describe', input),
      'waveFiles.view': ({ fileId, ...input }) => opened().ask(fileId, 'view', input),
      'waveFiles.tracks': ({ fileId, ...input }) => opened().ask(fileId, 'tracks', input),
      'waveFiles.at': ({ fileId, ...input }) => opened().ask(fileId, 'at', input),
      'waveFiles.spectrum': ({ fileId, ...input }) => opened().ask(fileId, 'spectrum', input),
      'waveFiles.export': async ({ fileId, intentId: _id, ...request }) => {
        const { fileName, mediaType, content } = await opened().exportRecord(fileId, request)
        return { ticket: transfers.offer({ fileName, mediaType, content: () => content() }) }
      },
      'waveFiles.mapCsv': async ({ fileId, mapping }) => {
        await opened().mapCsv(fileId, mapping)
        return {}
      },
      'waveFiles.close': async ({ fileId }) => {
        await opened().close(fileId)
        return {}
      },
    },
  }
}

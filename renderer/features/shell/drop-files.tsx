import { Button } from '@mantine/core'
import { useEffect, useState } from 'react'
import { formatPercent } from '../../format/number.ts'
import { useConnection } from '../../state/connection.ts'
import { forgetUpload, useUploads, type Upload } from '../../state/uploads.ts'
import { Notice } from '../../ui/notice.tsx'
import { fileKinds } from '../file-kinds.ts'
import { openFiles } from '../open-files.ts'

const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') === true

/** Calls with the files that are dropped anywhere on the window; says whether some hang over it. */
const useDrop = (take: (files: readonly File[]) => void): boolean => {
  const [isOver, setOver] = useState(false)
  useEffect(() => {
    const over = (event: DragEvent) => {
      if (!hasFiles(event)) return
      // Without this the browser would leave the page and show the file.
      event.preventDefault()
      setOver(true)
    }
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false)
    }
    const drop = (event: DragEvent) => {
      if (!hasFiles(event)) return
      event.preventDefault()
      setOver(false)
      take([...(event.dataTransfer?.files ?? [])])
    }
    window.addEventListener('dragover', over)
    window.addEventListener('dragleave', leave)
    window.addEventListener('drop', drop)
    return () => {
      window.removeEventListener('dragover', over)
      window.removeEventListener('dragleave', leave)
      window.removeEventListener('drop', drop)
    }
  }, [take])
  return isOver
}

const Sent = ({ upload }: { readonly upload: Upload }) => {
  const { id, fileName, step, share, text } = upload
  return (
    <Notice
      tone={step === 'failed' ? 'alarm' : 'normal'}
      live={step !== 'sending'}
      title={
        { sending: `Sending ${fileName}`, done: `${fileName} has arrived`, failed: `${fileName} was not opened` }[step]
      }
      actions={
        <Button variant="default" onClick={() => forgetUpload(id)}>
          {step === 'sending' ? 'Cancel' : 'Close'}
        </Button>
      }
    >
      {step === 'sending' ? (
        <>
          <progress aria-label={`Sending ${fileName}`} value={share} max={1} /> {formatPercent(share * 100)} %
        </>
      ) : (
        text
      )}
    </Notice>
  )
}

const take = (files: readonly File[]): void => void openFiles(files)

/** Files dropped on the window go to whoever opens such files; what became of each is said in a band. */
export const DropFiles = () => {
  const isOver = useDrop(take)
  const isViewer = useConnection((state) => state.caller?.role === 'viewer')
  const uploads = useUploads((state) => state.uploads)
  return (
    <>
      {uploads
        .filter(({ step }) => step !== 'done')
        .map((upload) => (
          <Sent key={upload.id} upload={upload} />
        ))}
      {isOver ? (
        <div className="drop-veil no-print" role="status">
          {isViewer
            ? 'You are viewing only: open the operator address to send a file.'
            : `Drop ${fileKinds.map(({ what }) => what).join('; or ')}`}
        </div>
      ) : null}
    </>
  )
}

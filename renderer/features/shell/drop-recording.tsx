import { Button } from '@mantine/core'
import { useEffect, useState } from 'react'
import { formatPercent } from '../../format/number.ts'
import { useConnection } from '../../state/connection.ts'
import { cancelOpening, openFile, useDeck } from '../../state/deck.ts'
import { Notice } from '../../ui/notice.tsx'

const hasFile = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') === true

/** A file that is dropped anywhere on the window is opened as a recording; what comes of it is told in a band. */
export const DropRecording = () => {
  const [isOver, setIsOver] = useState(false)
  const opening = useDeck((state) => state.opening)
  const isViewer = useConnection((state) => state.caller?.role === 'viewer')
  useEffect(() => {
    const over = (event: DragEvent) => {
      if (!hasFile(event)) return
      // Without this the window would leave the program and show the file.
      event.preventDefault()
      setIsOver(event.type !== 'dragleave' || event.relatedTarget !== null)
    }
    const drop = (event: DragEvent) => {
      if (!hasFile(event)) return
      event.preventDefault()
      setIsOver(false)
      const [file] = event.dataTransfer?.files ?? []
      if (file !== undefined) void openFile(file)
    }
    const kinds = ['dragenter', 'dragover', 'dragleave'] as const
    for (const kind of kinds) window.addEventListener(kind, over)
    window.addEventListener('drop', drop)
    return () => {
      for (const kind of kinds) window.removeEventListener(kind, over)
      window.removeEventListener('drop', drop)
    }
  }, [])
  if (opening.step === 'failed')
    return (
      <Notice
        tone="alarm"
        live
        title={`${opening.name} is not open`}
        actions={
          <Button variant="default" onClick={cancelOpening}>
            Dismiss
          </Button>
        }
      >
        {opening.why}
      </Notice>
    )
  if (opening.step !== 'idle')
    return (
      <Notice
        tone="normal"
        live
        title={`Opening ${opening.name}`}
        actions={
          <Button variant="default" onClick={cancelOpening}>
            Cancel
          </Button>
        }
      >
        {opening.step === 'reading'
          ? 'The program reads it.'
          : `${formatPercent((opening.progress.share ?? 0) * 100)} % sent to the program.`}
      </Notice>
    )
  return isOver ? (
    <Notice tone="normal" title={isViewer ? 'You are viewing only' : 'Drop a snapshot or a recording to open it'}>
      {isViewer ? 'Open the operator address to open a file.' : 'The site goes on beside it.'}
    </Notice>
  ) : null
}

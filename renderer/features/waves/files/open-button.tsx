import { Button } from '@mantine/core'
import { useRef } from 'react'
import { useConnection } from '../../../state/connection.ts'
import { kindOf } from '../../file-kinds.ts'
import { openFiles } from '../../open-files.ts'

const endings = ['cfg', 'dat', 'cff', 'pqd', 'csv', 'txt', 'tws']
  .filter((each) => kindOf(`x.${each}`) !== null)
  .map((each) => `.${each}`)
  .join(',')

/** The other way than dropping: choosing files. */
export const OpenButton = () => {
  const input = useRef<HTMLInputElement>(null)
  const isViewer = useConnection((state) => state.caller?.role === 'viewer')
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        accept={endings}
        hidden
        aria-label="Recordings to open"
        onChange={(event) => {
          const files = [...(event.currentTarget.files ?? [])]
          event.currentTarget.value = ''
          void openFiles(files)
        }}
      />
      <Button variant="default" disabled={isViewer} onClick={() => input.current?.click()}>
        Open recording…
      </Button>
    </>
  )
}

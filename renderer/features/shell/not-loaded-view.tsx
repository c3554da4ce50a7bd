import { Button } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useConnection } from '../../state/connection.ts'

/**
 * A view whose files could not be fetched. A browser never asks again for a module that failed once (HTML, "fetch a single module
 * script"), so trying again begins the page anew, at this view, as soon as it is served.
 */
export const NotLoadedView = ({ what }: { readonly what: string }) => {
  const connected = useConnection((state) => state.phase === 'connected')
  const isServed = useConnection((state) => state.isServed)
  const [said, setSaid] = useState('')
  const [wasLost, setWasLost] = useState(!connected)
  const tryAgain = () => {
    setSaid('Asking …')
    void isServed().then((served) => {
      if (served) window.location.reload()
      else setSaid('The program still does not answer.')
    })
  }
  if (!connected && !wasLost) setWasLost(true)
  useEffect(() => {
    // Only a connection that came back says that something changed; a file that is missing for good must not reload for ever.
    if (connected && wasLost) window.location.reload()
  }, [connected, wasLost])
  return (
    <div className="view" role="alert">
      <h1>{what} is not here yet</h1>
      <p>
        This view was not opened before, and its files could not be fetched from the program.
        {connected ? '' : ' It opens by itself when the program answers again.'}
      </p>
      <div className="row">
        <Button onClick={tryAgain}>Try again</Button>
        <span role="status">{said}</span>
      </div>
    </div>
  )
}

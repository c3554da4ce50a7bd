import { contract } from '../../shared/api/contract.ts'
import { createClient } from '../../shared/api/client.ts'
import type { Link } from '../../shared/api/link.ts'
import { bind, forgetAll } from './bind.ts'
import { useConnection, type AppClient, type Connector } from './connection.ts'
import { showAgain } from './deck.ts'

/** Runs the page's connection: every new link gets a client and fresh subscriptions; a lost one leaves the last picture, marked old. */
export const startSession = (connector: Connector): (() => void) => {
  let stopBinding: (() => void) | null = null
  let closeClient: (() => void) | null = null

  const unbind = () => {
    stopBinding?.()
    stopBinding = null
  }
  const up = (link: Link) => {
    const client = createClient(contract, link, (problem) => console.warn(problem))
    closeClient = client.close
    let isOver = false
    client.onEnd((why) => {
      isOver = true
      unbind()
      useConnection.setState({ phase: 'lost', why, client: null })
    })
    const begin = (): void => {
      unbind()
      // Views know by another client that all is to be asked anew; it speaks over the same link.
      const anew: AppClient = { ...client }
      useConnection.setState({ client: anew })
      stopBinding = bind(anew)
    }
    client.welcome
      .then(async (caller) => {
        await showAgain(client)
        if (isOver) return
        const beginAnew = () => {
          forgetAll()
          begin()
        }
        useConnection.setState({
          ...{ phase: 'connected', why: null, retryAtMs: null, caller, everConnected: true },
          beginAnew,
        })
        begin()
      })
      .catch(() => undefined) // onEnd has said why.
  }
  const down = (why: string, retryAtMs: number | null) =>
    useConnection.setState((state) => ({
      phase: 'lost',
      retryAtMs,
      client: null,
      // The program's own goodbye says more than the transport's "closed".
      why: state.phase === 'lost' && state.why !== null && state.retryAtMs === null ? state.why : why,
    }))

  const connection = connector.start({ up, down })
  useConnection.setState({ retryNow: connection.retryNow, isServed: connection.isServed })
  return () => {
    unbind()
    closeClient?.()
    connection.stop()
  }
}

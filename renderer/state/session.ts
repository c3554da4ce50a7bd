import { contract } from '../../shared/api/contract.ts'
import { createClient } from '../../shared/api/client.ts'
import type { Link } from '../../shared/api/link.ts'
import { bind } from './bind.ts'
import { useConnection, type Connector } from './connection.ts'

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
    client.onEnd((why) => {
      unbind()
      useConnection.setState({ phase: 'lost', why, client: null })
    })
    client.welcome.then(
      (caller) => {
        useConnection.setState({ phase: 'connected', why: null, retryAtMs: null, caller, client, everConnected: true })
        stopBinding = bind(client)
      },
      () => undefined,
    ) // onEnd has said why.
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

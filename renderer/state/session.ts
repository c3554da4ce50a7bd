import { contract } from '../../shared/api/contract.ts'
import { createClient } from '../../shared/api/client.ts'
import type { Link } from '../../shared/api/link.ts'
import { bind, forgetAll } from './bind.ts'
import { useConnection, type AppClient, type Connector } from './connection.ts'
import { keepSite, keptSite, leaveDeck, showAgain } from './deck.ts'

/** Runs the page's connection: every new link gets a client and fresh subscriptions; a lost one leaves the last picture, marked old. */
export const startSession = (connector: Connector): (() => void) => {
  let stopBinding: (() => void) | null = null
  let closeClient: (() => void) | null = null
  /** The site that is wanted again when the link comes back. */
  let wanted = keptSite()

  const unbind = () => {
    stopBinding?.()
    stopBinding = null
  }
  /** Shows what this client answers, until its link ends or is turned to another site. */
  const adopt = (client: AppClient, isNewLink: boolean) => {
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
    const beginAnew = () => {
      forgetAll()
      begin()
    }
    const showSite = (siteId: string) => {
      isOver = true
      unbind()
      forgetAll()
      leaveDeck()
      wanted = siteId
      useConnection.setState({ client: null })
      adopt(client.turnTo(siteId), false)
    }
    client.welcome
      .then(async ({ site = null, ...caller }) => {
        // What was read is of the site before, which was closed meanwhile.
        if (isNewLink && wanted !== null && site !== wanted) forgetAll()
        wanted = site
        keepSite(site)
        if (isNewLink) await showAgain(client)
        if (isOver) return
        useConnection.setState({
          ...{ phase: 'connected', why: null, retryAtMs: null, caller, site, everConnected: true },
          ...{ beginAnew, showSite },
        })
        begin()
      })
      .catch(() => undefined) // onEnd has said why, or another site was turned to.
  }
  const up = (link: Link) =>
    adopt(
      createClient(contract, link, (problem) => console.warn(problem), wanted),
      true,
    )
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

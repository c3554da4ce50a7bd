import { stringify } from 'yaml'
import { siteSchema, type Site } from '../../../shared/site/site.ts'
import type { Scenario } from './scenario.ts'

/** Where a line of the scenario can be reached on this machine just now. */
export type LineAddress =
  | { readonly transport: 'tcp' | 'rtu-over-tcp' | 'mbus-tcp'; readonly port: number }
  | { readonly transport: 'serial'; readonly path: string }

/** How many ports the product opens on this site: for chargers over OCPP, and one for each feed. */
export const productPorts = ({ site }: Scenario): number => 1 + (site.feeds?.length ?? 0)

/** The site as the product is to be told: the scenario's, with real addresses. */
export const siteOfScenario = (
  scenario: Scenario,
  addresses: ReadonlyMap<string, LineAddress>,
  wavePorts: ReadonlyMap<string, number>,
  /** Ports the product will open, as many as `productPorts` says; left out where nothing will, as when a scenario is only checked. */
  ports: readonly number[] = Array.from({ length: productPorts(scenario) }, (_, index) => 65_535 - index),
): Site =>
  siteSchema.parse({
    ...scenario.site,
    lines: scenario.site.lines.map(({ baud, transport: _, ...line }) => {
      const address = addresses.get(line.id)
      if (!address) throw new Error(`line ${line.id} has no address`)
      if (address.transport === 'mbus-tcp') return { ...line, ...address, baud, host: '127.0.0.1' }
      return address.transport === 'serial' ? { ...line, ...address, baud } : { ...line, ...address, host: '127.0.0.1' }
    }),
    waves: scenario.site.waves.map((source) => {
      const port = wavePorts.get(source.id)
      if (port === undefined) throw new Error(`wave source ${source.id} has no port`)
      return { ...source, host: '127.0.0.1', port }
    }),
    ...(scenario.site.ocpp === undefined ? {} : { ocpp: { ...scenario.site.ocpp, host: '127.0.0.1', port: ports[0] } }),
    ...(scenario.site.feeds === undefined
      ? {}
      : { feeds: scenario.site.feeds.map((feed, index) => ({ ...feed, port: ports[index + 1] })) }),
  })

export const siteFileText = (site: Site, scenarioName: string): string =>
  `# The simulated site "${scenarioName}": written anew at every start of the simulator; ports change from start to start.\n${stringify(site, { lineWidth: 0 })}`

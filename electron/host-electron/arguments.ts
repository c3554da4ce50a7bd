import { parseArgs } from 'node:util'
import type { SiteChoice } from '../host-node/options.ts'

/**
 * What a person asked for on the command line. Electron's and Chromium's own switches stand between ours, so unknown ones are
 * left alone; a path that ends in .yaml or .yml is a site file (a double click on one).
 */
export const parseAppArguments = (args: readonly string[]): SiteChoice => {
  const { values, positionals } = parseArgs({
    args: [...args],
    strict: false,
    allowPositionals: true,
    options: {
      site: { type: 'string' },
      scenario: { type: 'string' },
      seed: { type: 'string' },
      verbose: { type: 'boolean' },
    },
  })
  const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : null)
  const [scenario, seed] = [text(values.scenario), text(values.seed)]
  return {
    site: text(values.site) ?? positionals.find((word) => /\.ya?ml$/i.test(word)) ?? null,
    simulator: [...(scenario === null ? [] : ['--scenario', scenario]), ...(seed === null ? [] : ['--seed', seed])],
    data: null,
    verbose: values.verbose === true,
  }
}

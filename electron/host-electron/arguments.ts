import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import type { SiteChoice } from '../host-node/options.ts'

/** `site` null and `isSimulated` false: the person said nothing, so it is the site that was open last. */
export interface AppChoice extends SiteChoice {
  readonly isSimulated: boolean
  /** A recording to begin with; where no site is named beside it, none is opened. */
  readonly open: string | null
}

/**
 * What a person asked for on the command line. Electron's and Chromium's own switches stand between ours, so unknown ones are
 * left alone; a path that ends in .yaml or .yml is a site file, one that ends in .tripscope a snapshot (a double click on one).
 */
export const parseAppArguments = (args: readonly string[], folder = process.cwd()): AppChoice => {
  const { values, positionals } = parseArgs({
    args: [...args],
    strict: false,
    allowPositionals: true,
    options: {
      site: { type: 'string' },
      open: { type: 'string' },
      scenario: { type: 'string' },
      seed: { type: 'string' },
      simulated: { type: 'boolean' },
      verbose: { type: 'boolean' },
    },
  })
  const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : null)
  const [scenario, seed] = [text(values.scenario), text(values.seed)]
  const site = text(values.site) ?? positionals.find((word) => /\.ya?ml$/i.test(word)) ?? null
  const open = text(values.open) ?? positionals.find((word) => /\.tripscope$/i.test(word)) ?? null
  return {
    open: open === null ? null : resolve(folder, open),
    site: site === null ? null : resolve(folder, site),
    isSimulated: site === null && (values.simulated === true || scenario !== null || seed !== null),
    simulator: [...(scenario === null ? [] : ['--scenario', scenario]), ...(seed === null ? [] : ['--seed', seed])],
    data: null,
    verbose: values.verbose === true,
  }
}

const handedOver = z.object({
  site: z.string().nullable(),
  isSimulated: z.boolean(),
  open: z.string().nullable(),
  simulator: z.array(z.string()),
  data: z.null(),
  verbose: z.boolean(),
})

/** What a second start hands to the running program; null where it asked for nothing in particular. */
export const choiceOfSecondStart = (data: unknown): AppChoice | null => {
  const parsed = handedOver.safeParse(data)
  return parsed.success && (parsed.data.site !== null || parsed.data.isSimulated || parsed.data.open !== null)
    ? parsed.data
    : null
}

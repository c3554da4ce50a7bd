/** What a person says of a site before anything is connected. */
export interface NewSite {
  readonly name: string
  readonly timezone: string
  /** Agreed current at the grid connection, A per phase. */
  readonly limitA: number
  readonly nominalVoltage: number
  readonly frequency: 50 | 60
}

/** The file's id of a site of this name. */
export const siteIdOf = (name: string): string =>
  name
    .normalize('NFKD')
    .replaceAll(/\p{M}+/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 60) || 'site'

/** The text of a site with its grid connection and nothing else yet; JSON strings are YAML strings. */
export const newSiteText = ({ name, timezone, limitA, nominalVoltage, frequency }: NewSite): string =>
  `# Made with Tripscope. It can be edited by hand too; amperes, volts, watts and seconds are plain numbers.
version: 1
id: ${siteIdOf(name)}
name: ${JSON.stringify(name)}
timezone: ${timezone}

grid:
  nominalVoltage: ${nominalVoltage} # line to neutral
  frequency: ${frequency}
  limit: ${limitA} # amperes per phase agreed with the network operator

# A line is one physical connection; its devices are asked one after the other.
lines: []

meters: []

# The tree of circuits begins at the grid connection: the one circuit without a parent.
circuits:
  - id: grid-connection
    name: Grid connection
    limit: ${limitA}

chargers: []
`

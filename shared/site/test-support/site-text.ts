/** A small sound site; each test breaks one thing in it. */
export const soundSite = `version: 1
id: depot
name: Depot
grid: { limit: 100 }
lines:
  - { id: lan, transport: tcp, host: 10.0.0.5, port: 502 }
  - { id: bus, transport: serial, path: /dev/ttyUSB0, baud: 9600 }
meters:
  - { id: m1, profile: eastron-sdm630, line: bus, unit: 1 }
circuits:
  - id: incomer
    meter: m1
    breaker: { standard: IEC 60898-1, curve: C, rating: 100 }
    otherLoad: 40
  - id: feeder
    parent: incomer
    breaker: { standard: IEC 60898-1, curve: C, rating: 32 }
    otherLoad: 0
chargers:
  - { id: cp1, profile: alfen-eve, line: lan, unit: 1, circuit: feeder, maximum: 16, fallback: 6 }
  - { id: cp2, profile: alfen-eve, line: lan, unit: 2, circuit: feeder, phases: [L2], maximum: 16, fallback: 6 }
`

/** The sound site with one text replaced; fails where the text is not in it, so that no test breaks nothing. */
export const broken = (search: string, replacement: string): string => {
  if (!soundSite.includes(search)) throw new Error(`the sound site has no '${search}'`)
  return soundSite.replace(search, replacement)
}

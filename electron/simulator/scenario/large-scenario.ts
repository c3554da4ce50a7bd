/** How large a made-up site shall be. */
export interface SiteSize {
  readonly chargers: number
  /** The incomer, the halls and the rows together; at least 3. */
  readonly circuits: number
}

const range = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index)
const two = (index: number): string => String(index + 1).padStart(2, '0')
/** Chargers that share one TCP line, as sockets of one station controller do. */
const chargersPerLine = 8
/** The least of IEC 61851-1, so that the fallbacks of a row always fit its breaker. */
const fallbackA = 6
const rotations = [
  ['L1', 'L2', 'L3'],
  ['L2', 'L3', 'L1'],
  ['L3', 'L1', 'L2'],
] as const

/**
 * A car park of any size as a scenario: one incomer, about five rows a hall, a meter at each circuit, chargers spread over the rows.
 * For looking at the screen and measuring it; the same size gives the same site.
 */
export const largeScenario = ({ chargers, circuits }: SiteSize) => {
  const halls = Math.max(1, Math.round((circuits - 1) / 6))
  const rows = Math.max(1, circuits - 1 - halls)
  const perRow = Math.ceil(chargers / rows)
  const perHall = Math.ceil(rows / halls)
  // Half of what all could draw: enough to charge, and tight enough that load control has something to do.
  const rowA = Math.max(63, perRow * 16)
  const hallA = Math.max(rowA, Math.round(rowA * perHall * 0.7))
  const siteA = Math.min(6300, Math.max(hallA, Math.round(hallA * halls * 0.8)))
  const breaker = (rating: number) => ({ standard: 'IEC 60947-2', curve: 'thermal-magnetic', rating })
  const hallOf = (row: number) => `hall-${two(Math.floor(row / perHall))}`
  const meter = (id: string, name: string, line: string, unit: number) => ({
    id: `meter-${id}`,
    name: `Meter ${name}`,
    profile: 'eastron-sdm630',
    line,
    unit,
  })
  return {
    version: 1,
    name: `Car park with ${chargers} chargers`,
    site: {
      version: 1,
      id: `car-park-${chargers}`,
      name: `Car park with ${chargers} chargers (simulated)`,
      timezone: 'Europe/Berlin',
      grid: { nominalVoltage: 230, frequency: 50, limit: siteA },
      lines: [
        { id: 'net-incomer', name: 'Main board', transport: 'tcp' },
        ...range(halls).map((hall) => ({
          id: `net-hall-${two(hall)}`,
          name: `Board of hall ${hall + 1}`,
          transport: 'tcp',
        })),
        ...range(Math.ceil(chargers / chargersPerLine)).map((line) => ({
          id: `net-chargers-${two(line)}`,
          name: `Station controller ${line + 1}`,
          transport: 'tcp',
        })),
      ],
      meters: [
        meter('incomer', 'grid connection', 'net-incomer', 1),
        ...range(halls).map((hall) => meter(`hall-${two(hall)}`, `hall ${hall + 1}`, `net-hall-${two(hall)}`, 1)),
        ...range(rows).map((row) =>
          meter(`row-${two(row)}`, `row ${row + 1}`, `net-${hallOf(row)}`, 2 + (row % perHall)),
        ),
      ],
      circuits: [
        { id: 'incomer', name: 'Grid connection', breaker: breaker(siteA), meter: 'meter-incomer', otherLoad: 0 },
        ...range(halls).map((hall) => ({
          id: `hall-${two(hall)}`,
          name: `Hall ${hall + 1}`,
          parent: 'incomer',
          breaker: breaker(hallA),
          meter: `meter-hall-${two(hall)}`,
          otherLoad: 0,
        })),
        ...range(rows).map((row) => ({
          id: `row-${two(row)}`,
          name: `Hall ${Math.floor(row / perHall) + 1}, row ${(row % perHall) + 1}`,
          parent: hallOf(row),
          breaker: breaker(rowA),
          meter: `meter-row-${two(row)}`,
          otherLoad: 3,
        })),
      ],
      chargers: range(chargers).map((charger) => ({
        id: `cp-${String(charger + 1).padStart(3, '0')}`,
        name: `Bay ${charger + 1}`,
        profile: 'alfen-eve',
        line: `net-chargers-${two(Math.floor(charger / chargersPerLine))}`,
        unit: 1 + (charger % chargersPerLine),
        circuit: `row-${two(Math.floor(charger / perRow))}`,
        phases: rotations[charger % rotations.length],
        maximum: 32,
        fallback: fallbackA,
      })),
    },
    simulation: {
      seed: 11,
      startHour: 10,
      loads: range(rows).map((row) => ({
        id: `lights-${two(row)}`,
        circuit: `row-${two(row)}`,
        amperes: { L1: 1.5, L2: 1.2, L3: 1.4 },
        variation: 0.05,
      })),
      traffic: {
        kinds: [
          { phases: 3, maximum: 16, share: 5 },
          { phases: 1, maximum: 32, share: 2 },
        ],
        emptyMin: [2, 9],
        stayMin: [12, 45],
        wantsKWh: [5, 16],
        takenAtStart: 0.8,
      },
    },
  }
}

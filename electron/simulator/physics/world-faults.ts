import { phases, type PerPhase, type Phase } from '../../../shared/model/phase.ts'
import type { Scenario } from '../scenario/scenario.ts'
import { wiringOf, type MeterWiring } from './meter-wiring.ts'
import type { SupplyFaults } from './supply.ts'

/** What is wrong with the installation just now; faults write here. */
export interface WorldFaults extends SupplyFaults {
  readonly trippedCircuits: Set<string>
  /** A conductor interrupted at a circuit's breaker. */
  readonly openPhases: Set<`${string} ${Phase}`>
  /** Extra load by circuit, amperes per phase. */
  readonly overloads: Map<string, PerPhase<number>>
  /** Surges of a few periods on top, as of transformers and power supplies at the moment they are switched on. */
  readonly inrushes: Set<Inrush>
  /** Residual current to earth by circuit, milliamperes, beside what its chargers always leak. */
  readonly leakages: Map<string, number>
  /** Poles that a person, or whoever gives commands, opened. */
  readonly openPoles: Map<string, readonly Phase[]>
  /** How meters are connected, by id; right where they are not named. */
  readonly wiring: Map<string, MeterWiring>
  /** Resistance a bad joint adds in the cable of a circuit, ohms. */
  readonly looseTerminals: Map<`${string} ${Phase}`, number>
  /** By charger, the site phases at its terminals where they are not those that are declared. */
  readonly sockets: Map<string, readonly Phase[]>
}

export interface Inrush {
  readonly circuit: string
  readonly phases: readonly Phase[]
  readonly currentA: number
  readonly fromS: number
  readonly toS: number
}

/** What a scenario says is wrong from the start. */
export const faultsOf = ({ simulation }: Scenario): WorldFaults => ({
  dips: new Set(),
  lostPhases: new Set(),
  trippedCircuits: new Set(),
  openPhases: new Set(),
  overloads: new Map(),
  inrushes: new Set(),
  leakages: new Map(),
  openPoles: new Map(),
  wiring: new Map(Object.entries(simulation.meters).map(([id, own]) => [id, wiringOf(own.wiring)])),
  looseTerminals: new Map(
    Object.entries(simulation.circuits).flatMap(([id, { loose }]) =>
      phases.map((phase): [`${string} ${Phase}`, number] => [`${id} ${phase}`, loose[phase] ?? 0]),
    ),
  ),
  sockets: new Map(
    Object.entries(simulation.chargers).flatMap(([id, { wiredTo }]) => (wiredTo === undefined ? [] : [[id, wiredTo]])),
  ),
})

/**
 * THE list of measured quantities: every key a meter profile may use, with the unit it is kept, sent and stored in.
 * Keys are short field names (u = voltage, i = current, p/q/s = active/reactive/apparent power, e = energy); the unit is
 * part of the entry, so `u_l1n` is always volts and `e_import` always kilowatt-hours, whatever the register holds.
 *
 * Sign: positive active power and energy is import (consumption); positive reactive power is inductive.
 */

export type Unit =
  | 'V'
  | 'A'
  | 'W'
  | 'var'
  | 'VA'
  | '1'
  | 'Hz'
  | 'kWh'
  | 'kvarh'
  | 'kVAh'
  | 'Ah'
  | '%'
  | 'deg'
  | 'h'
  | 'degC'
  | 'code'
  | 's'

export type QuantityKind =
  | 'voltage'
  | 'current'
  | 'power'
  | 'power-factor'
  | 'frequency'
  | 'energy'
  | 'angle'
  | 'distortion'
  | 'demand'
  | 'unbalance'
  | 'status'

export type QuantityPhase = 'L1' | 'L2' | 'L3' | 'N' | 'L1L2' | 'L2L3' | 'L3L1' | 'all'

export interface Quantity {
  readonly label: string
  readonly unit: Unit
  readonly kind: QuantityKind
  readonly phase: QuantityPhase
  /** Decimal digits a person wants to see; rounding happens only in renderer/format. */
  readonly digits: number
  /** A value outside [low, high] is `implausible`: a wrong word order or scale, not a measurement (editable assumption). */
  readonly low: number
  readonly high: number
}

const define = (
  label: string,
  unit: Unit,
  kind: QuantityKind,
  phase: QuantityPhase,
  digits: number,
  low: number,
  high: number,
): Quantity => ({ label, unit, kind, phase, digits, low, high })

// Plausible ranges: low-voltage installations up to 6300 A; anything outside is a decoding or wiring fault, never a load.
const voltage = (label: string, phase: QuantityPhase) => define(label, 'V', 'voltage', phase, 1, 0, 1200)
const current = (label: string, phase: QuantityPhase) => define(label, 'A', 'current', phase, 2, -6300, 6300)
const active = (label: string, phase: QuantityPhase) => define(label, 'W', 'power', phase, 0, -5e6, 5e6)
const reactive = (label: string, phase: QuantityPhase) => define(label, 'var', 'power', phase, 0, -5e6, 5e6)
const apparent = (label: string, phase: QuantityPhase) => define(label, 'VA', 'power', phase, 0, -5e6, 5e6)
const factor = (label: string, phase: QuantityPhase) => define(label, '1', 'power-factor', phase, 3, -1.01, 1.01)
/** What a counter of an installation of this size can come to: 5 MW for 20 years are 876 GWh, kWh. */
const mostCounted = 1e9
/** A register that only counts up: never negative. */
const energy = (label: string, phase: QuantityPhase) => define(label, 'kWh', 'energy', phase, 2, 0, mostCounted)
/** Import less export: of either sign. */
const netEnergy = (label: string, phase: QuantityPhase) =>
  define(label, 'kWh', 'energy', phase, 2, -mostCounted, mostCounted)
const reactiveEnergy = (label: string, phase: QuantityPhase) =>
  define(label, 'kvarh', 'energy', phase, 2, -mostCounted, mostCounted)
const apparentEnergy = (label: string, phase: QuantityPhase) =>
  define(label, 'kVAh', 'energy', phase, 2, -mostCounted, mostCounted)
const percent = (label: string, kind: QuantityKind, phase: QuantityPhase) => define(label, '%', kind, phase, 1, 0, 1000)
const degrees = (label: string, phase: QuantityPhase) => define(label, 'deg', 'angle', phase, 1, -360, 360)
const demandA = (label: string, phase: QuantityPhase) => define(label, 'A', 'demand', phase, 2, -6300, 6300)
const demandW = (label: string) => define(label, 'W', 'demand', 'all', 0, -5e6, 5e6)
const code = (label: string) => define(label, 'code', 'status', 'all', 0, -2147483648, 4294967295)

/** Of trip units: settings in their own units, and residual currents in A. No load, so none of the kinds that add up or are scaled. */
const setting = (label: string, unit: Unit, digits: number, high: number) =>
  define(label, unit, 'status', 'all', digits, 0, high)
const residual = (label: string) => define(label, 'A', 'status', 'all', 4, 0, 100)

export const quantities = {
  u_l1n: voltage('Voltage L1-N', 'L1'),
  u_l2n: voltage('Voltage L2-N', 'L2'),
  u_l3n: voltage('Voltage L3-N', 'L3'),
  u_ln_avg: voltage('Mean voltage L-N', 'all'),
  u_l1l2: voltage('Voltage L1-L2', 'L1L2'),
  u_l2l3: voltage('Voltage L2-L3', 'L2L3'),
  u_l3l1: voltage('Voltage L3-L1', 'L3L1'),
  u_ll_avg: voltage('Mean voltage L-L', 'all'),
  u_avg: voltage('Mean voltage', 'all'),
  i_l1: current('Current L1', 'L1'),
  i_l2: current('Current L2', 'L2'),
  i_l3: current('Current L3', 'L3'),
  i_n: current('Neutral current', 'N'),
  i_avg: current('Mean current', 'all'),
  i_sum: current('Sum of currents', 'all'),
  i_total: current('Total current', 'all'),
  i_ground: current('Ground current', 'all'),
  p_l1: active('Active power L1', 'L1'),
  p_l2: active('Active power L2', 'L2'),
  p_l3: active('Active power L3', 'L3'),
  p_total: active('Active power', 'all'),
  p_import: active('Imported active power', 'all'),
  p_export: active('Exported active power', 'all'),
  q_l1: reactive('Reactive power L1', 'L1'),
  q_l2: reactive('Reactive power L2', 'L2'),
  q_l3: reactive('Reactive power L3', 'L3'),
  q_total: reactive('Reactive power', 'all'),
  q_import: reactive('Imported reactive power', 'all'),
  q_export: reactive('Exported reactive power', 'all'),
  s_l1: apparent('Apparent power L1', 'L1'),
  s_l2: apparent('Apparent power L2', 'L2'),
  s_l3: apparent('Apparent power L3', 'L3'),
  s_total: apparent('Apparent power', 'all'),
  pf_l1: factor('Power factor L1', 'L1'),
  pf_l2: factor('Power factor L2', 'L2'),
  pf_l3: factor('Power factor L3', 'L3'),
  pf_total: factor('Power factor', 'all'),
  pf_lag: factor('Power factor, lagging', 'all'),
  pf_lead: factor('Power factor, leading', 'all'),
  cosphi_l1: factor('Displacement factor L1', 'L1'),
  cosphi_l2: factor('Displacement factor L2', 'L2'),
  cosphi_l3: factor('Displacement factor L3', 'L3'),
  tan_phi: define('Tangent of the phase angle', '1', 'power-factor', 'all', 3, -1e6, 1e6),
  f: define('Frequency', 'Hz', 'frequency', 'all', 2, 40, 70),
  f_fine: define('Frequency, fine register', 'Hz', 'frequency', 'all', 3, 40, 70),
  f_max: define('Highest frequency', 'Hz', 'frequency', 'all', 2, 40, 70),
  angle_l1: degrees('Phase angle L1', 'L1'),
  angle_l2: degrees('Phase angle L2', 'L2'),
  angle_l3: degrees('Phase angle L3', 'L3'),
  angle_total: degrees('Phase angle', 'all'),
  angle_u_l1: degrees('Voltage angle L1', 'L1'),
  angle_u_l2: degrees('Voltage angle L2', 'L2'),
  angle_u_l3: degrees('Voltage angle L3', 'L3'),
  e_import: energy('Imported active energy', 'all'),
  e_export: energy('Exported active energy', 'all'),
  e_total: energy('Total active energy', 'all'),
  e_net: netEnergy('Net active energy', 'all'),
  e_import_l1: energy('Imported active energy L1', 'L1'),
  e_import_l2: energy('Imported active energy L2', 'L2'),
  e_import_l3: energy('Imported active energy L3', 'L3'),
  e_export_l1: energy('Exported active energy L1', 'L1'),
  e_export_l2: energy('Exported active energy L2', 'L2'),
  e_export_l3: energy('Exported active energy L3', 'L3'),
  e_total_l1: energy('Total active energy L1', 'L1'),
  e_total_l2: energy('Total active energy L2', 'L2'),
  e_total_l3: energy('Total active energy L3', 'L3'),
  e_net_l1: netEnergy('Net active energy L1', 'L1'),
  e_net_l2: netEnergy('Net active energy L2', 'L2'),
  e_net_l3: netEnergy('Net active energy L3', 'L3'),
  e_import_partial: energy('Imported active energy, partial', 'all'),
  e_export_partial: energy('Exported active energy, partial', 'all'),
  e_partial: energy('Active energy, partial', 'all'),
  e_import_resettable: energy('Imported active energy, resettable', 'all'),
  e_export_resettable: energy('Exported active energy, resettable', 'all'),
  e_resettable: energy('Active energy, resettable', 'all'),
  e_import_t1: energy('Imported active energy, tariff 1', 'all'),
  e_import_t2: energy('Imported active energy, tariff 2', 'all'),
  e_import_t3: energy('Imported active energy, tariff 3', 'all'),
  e_import_t4: energy('Imported active energy, tariff 4', 'all'),
  e_export_t1: energy('Exported active energy, tariff 1', 'all'),
  e_export_t2: energy('Exported active energy, tariff 2', 'all'),
  e_import_float: energy('Imported active energy, float register', 'all'),
  e_export_float: energy('Exported active energy, float register', 'all'),
  eq_import: reactiveEnergy('Imported reactive energy', 'all'),
  eq_export: reactiveEnergy('Exported reactive energy', 'all'),
  eq_total: reactiveEnergy('Total reactive energy', 'all'),
  eq_import_l1: reactiveEnergy('Imported reactive energy L1', 'L1'),
  eq_import_l2: reactiveEnergy('Imported reactive energy L2', 'L2'),
  eq_import_l3: reactiveEnergy('Imported reactive energy L3', 'L3'),
  eq_export_l1: reactiveEnergy('Exported reactive energy L1', 'L1'),
  eq_export_l2: reactiveEnergy('Exported reactive energy L2', 'L2'),
  eq_export_l3: reactiveEnergy('Exported reactive energy L3', 'L3'),
  eq_import_partial: reactiveEnergy('Imported reactive energy, partial', 'all'),
  eq_import_t1: reactiveEnergy('Imported reactive energy, tariff 1', 'all'),
  eq_inductive: reactiveEnergy('Inductive reactive energy', 'all'),
  eq_capacitive: reactiveEnergy('Capacitive reactive energy', 'all'),
  es_total: apparentEnergy('Total apparent energy', 'all'),
  es_import: apparentEnergy('Imported apparent energy', 'all'),
  es_export: apparentEnergy('Exported apparent energy', 'all'),
  es_total_t1: apparentEnergy('Total apparent energy, tariff 1', 'all'),
  ah: define('Charge', 'Ah', 'energy', 'all', 1, 0, mostCounted),
  p_demand: demandW('Active power demand'),
  p_demand_max: demandW('Maximum active power demand'),
  p_demand_import: demandW('Imported power demand'),
  p_demand_import_max: demandW('Maximum imported power demand'),
  p_demand_export: demandW('Exported power demand'),
  p_demand_export_max: demandW('Maximum exported power demand'),
  s_demand: define('Apparent power demand', 'VA', 'demand', 'all', 0, -5e6, 5e6),
  s_demand_max: define('Maximum apparent power demand', 'VA', 'demand', 'all', 0, -5e6, 5e6),
  i_demand: demandA('Current demand', 'all'),
  i_demand_max: demandA('Maximum current demand', 'all'),
  i_demand_l1: demandA('Current demand L1', 'L1'),
  i_demand_l2: demandA('Current demand L2', 'L2'),
  i_demand_l3: demandA('Current demand L3', 'L3'),
  i_demand_max_l1: demandA('Maximum current demand L1', 'L1'),
  i_demand_max_l2: demandA('Maximum current demand L2', 'L2'),
  i_demand_max_l3: demandA('Maximum current demand L3', 'L3'),
  i_n_demand: demandA('Neutral current demand', 'N'),
  i_n_demand_max: demandA('Maximum neutral current demand', 'N'),
  thd_u_l1: percent('THD-U L1', 'distortion', 'L1'),
  thd_u_l2: percent('THD-U L2', 'distortion', 'L2'),
  thd_u_l3: percent('THD-U L3', 'distortion', 'L3'),
  thd_u_ln_avg: percent('Mean THD-U L-N', 'distortion', 'all'),
  thd_u_l1l2: percent('THD-U L1-L2', 'distortion', 'L1L2'),
  thd_u_l2l3: percent('THD-U L2-L3', 'distortion', 'L2L3'),
  thd_u_l3l1: percent('THD-U L3-L1', 'distortion', 'L3L1'),
  thd_u_ll_avg: percent('Mean THD-U L-L', 'distortion', 'all'),
  thd_i_l1: percent('THD-I L1', 'distortion', 'L1'),
  thd_i_l2: percent('THD-I L2', 'distortion', 'L2'),
  thd_i_l3: percent('THD-I L3', 'distortion', 'L3'),
  thd_i_avg: percent('Mean THD-I', 'distortion', 'all'),
  thd_i_n: percent('THD-I N', 'distortion', 'N'),
  u_unbalance: percent('Voltage unbalance', 'unbalance', 'all'),
  u_unbalance_l1n: percent('Voltage unbalance L1-N', 'unbalance', 'L1'),
  u_unbalance_l2n: percent('Voltage unbalance L2-N', 'unbalance', 'L2'),
  u_unbalance_l3n: percent('Voltage unbalance L3-N', 'unbalance', 'L3'),
  u_unbalance_ln: percent('Voltage unbalance L-N, worst', 'unbalance', 'all'),
  u_unbalance_l1l2: percent('Voltage unbalance L1-L2', 'unbalance', 'L1L2'),
  u_unbalance_l2l3: percent('Voltage unbalance L2-L3', 'unbalance', 'L2L3'),
  u_unbalance_l3l1: percent('Voltage unbalance L3-L1', 'unbalance', 'L3L1'),
  u_unbalance_ll: percent('Voltage unbalance L-L, worst', 'unbalance', 'all'),
  i_unbalance: percent('Current unbalance', 'unbalance', 'all'),
  i_unbalance_l1: percent('Current unbalance L1', 'unbalance', 'L1'),
  i_unbalance_l2: percent('Current unbalance L2', 'unbalance', 'L2'),
  i_unbalance_l3: percent('Current unbalance L3', 'unbalance', 'L3'),
  phase_sequence: code('Phase sequence flag'),
  rotation: code('Rotation field flag'),
  di_1: code('Digital input 1'),
  di_2: code('Digital input 2'),
  breaker_state: code('Breaker state register'),
  breaker_state_valid: code('Breaker state register, validity'),
  breaker_cause: code('Trip cause register'),
  breaker_cause_more: code('Trip cause register, second'),
  setting_group: code('Selected group of settings'),
  setting_in: setting('Rated current of the trip unit', 'A', 0, 6300),
  setting_ir: setting('Setting Ir', 'A', 0, 6300),
  setting_tr: setting('Setting tr', 's', 1, 1000),
  setting_isd: setting('Setting Isd, of Ir', '1', 1, 30),
  setting_tsd: setting('Setting tsd', 's', 2, 10),
  setting_ii: setting('Setting Ii, of In', '1', 1, 30),
  setting_ig: setting('Setting Ig, of In', '1', 2, 2),
  setting_tg: setting('Setting tg', 's', 2, 10),
  residual_ac: residual('Residual current AC'),
  residual_dc: residual('Residual current DC'),
  residual_rms: residual('Residual current RMS'),
  residual_rms_1: residual('Residual current RMS, channel 1'),
  residual_rms_2: residual('Residual current RMS, channel 2'),
  residual_rms_3: residual('Residual current RMS, channel 3'),
  residual_rms_4: residual('Residual current RMS, channel 4'),
  residual_dc_1: residual('Residual current DC, channel 1'),
  residual_dc_2: residual('Residual current DC, channel 2'),
  residual_dc_3: residual('Residual current DC, channel 3'),
  residual_dc_4: residual('Residual current DC, channel 4'),
  residual_threshold: residual('Residual current, alarm threshold'),
  residual_share: define('Residual current, of its threshold', '%', 'status', 'all', 0, 0, 10_000),
  residual_alarms: code('Residual current, active alarms'),
  residual_status: code('Residual current, tripping status'),
  hours: define('Operating hours', 'h', 'status', 'all', 1, 0, 1e9),
  temperature: define('Temperature', 'degC', 'status', 'all', 1, -60, 150),
} as const satisfies Record<string, Quantity>

export type QuantityKey = keyof typeof quantities

export const quantityKeys = Object.keys(quantities) as readonly QuantityKey[]

export const isQuantityKey = (key: string): key is QuantityKey => Object.hasOwn(quantities, key)

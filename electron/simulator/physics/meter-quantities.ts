import type { QuantityKey } from '../../../shared/quantities.ts'
import type { Meter } from './meter.ts'

type Values = Partial<Record<QuantityKey, number>>

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
const mean = (values: readonly number[]) => (values.length === 0 ? 0 : sum(values) / values.length)
const ratio = (a: number, b: number) => (Math.abs(b) < 1e-9 ? 1 : a / b)
const degrees = (radians: number) => (radians * 180) / Math.PI

/** Largest deviation from the mean as a share of it, percent (NEMA MG 1's form of unbalance, which most meters show). */
const unbalance = (values: readonly number[]) => {
  const middle = mean(values)
  return middle < 1e-6 ? 0 : (100 * Math.max(...values.map((value) => Math.abs(value - middle)))) / middle
}

/** Rectifiers distort small currents more than large ones: percent at this current (editable assumption). */
const currentDistortion = (currentA: number) => 4 + 12 / (1 + currentA / 8)
const voltageDistortion = [1.8, 2.1, 1.9]

/**
 * As Carlo Gavazzi codes the sequence (0 right, -1 reversed) and Janitza the rotation (1 right, -1 left). Other makers code otherwise
 * (phoenix-eem-em3xx: 123 and 132), so their registers would not say it here.
 */
const rotationCodes = (rotation: number): Values => ({ phase_sequence: rotation < 0 ? -1 : 0, rotation })

/** A value per terminal under the three keys, 0 on a terminal that is not there (as the makers' documents have it). */
const perTerminal = (keys: readonly [QuantityKey, QuantityKey, QuantityKey], values: readonly number[]): Values =>
  Object.fromEntries(keys.map((key, index) => [key, values[index] ?? 0]))

/**
 * Every quantity this simulator can tell of a meter, in the units of shared/quantities.ts; null before its first window.
 * Quantities with no physics behind them here (harmonics, temperature, hours) get quiet values.
 */
export const meterQuantities = (meter: Meter): Values | null => {
  const window = meter.window()
  if (window === null) return null
  const { voltage, lineVoltage, current, activeW, reactiveVar, neutralA, frequencyHz } = window
  const energy = meter.energy()
  const demand = meter.demand()
  const apparent = voltage.map((volts, index) => volts * (current[index] ?? 0))
  const factor = activeW.map((watts, index) => ratio(watts, apparent[index] ?? 0))
  const angle = activeW.map((watts, index) => degrees(Math.atan2(reactiveVar[index] ?? 0, watts)))
  const [active, reactive, apparentTotal] = [sum(activeW), sum(reactiveVar), sum(apparent)]
  const [imported, exported, inductive] = [sum(energy.importKWh), sum(energy.exportKWh), sum(energy.inductiveKvarh)]
  const distortionI = current.map(currentDistortion)
  const net = energy.importKWh.map((kWh, index) => kWh - (energy.exportKWh[index] ?? 0))
  const both = energy.importKWh.map((kWh, index) => kWh + (energy.exportKWh[index] ?? 0))
  return {
    ...perTerminal(['u_l1n', 'u_l2n', 'u_l3n'], voltage),
    u_ln_avg: mean(voltage),
    ...perTerminal(['u_l1l2', 'u_l2l3', 'u_l3l1'], lineVoltage),
    u_ll_avg: mean(lineVoltage),
    ...perTerminal(['i_l1', 'i_l2', 'i_l3'], current),
    i_n: neutralA,
    i_avg: mean(current),
    i_sum: sum(current),
    i_total: sum(current),
    ...perTerminal(['p_l1', 'p_l2', 'p_l3'], activeW),
    p_total: active,
    p_import: Math.max(0, active),
    p_export: Math.max(0, -active),
    ...perTerminal(['q_l1', 'q_l2', 'q_l3'], reactiveVar),
    q_total: reactive,
    ...perTerminal(['s_l1', 's_l2', 's_l3'], apparent),
    s_total: apparentTotal,
    ...perTerminal(['pf_l1', 'pf_l2', 'pf_l3'], factor),
    pf_total: ratio(active, apparentTotal),
    ...perTerminal(['cosphi_l1', 'cosphi_l2', 'cosphi_l3'], factor),
    f: frequencyHz,
    ...perTerminal(['angle_l1', 'angle_l2', 'angle_l3'], angle),
    angle_total: degrees(Math.atan2(reactive, active)),
    e_import: imported,
    e_export: exported,
    e_total: imported + exported,
    e_net: imported - exported,
    e_import_float: imported,
    e_export_float: exported,
    ...perTerminal(['e_import_l1', 'e_import_l2', 'e_import_l3'], energy.importKWh),
    ...perTerminal(['e_export_l1', 'e_export_l2', 'e_export_l3'], energy.exportKWh),
    ...perTerminal(['e_total_l1', 'e_total_l2', 'e_total_l3'], both),
    ...perTerminal(['e_net_l1', 'e_net_l2', 'e_net_l3'], net),
    // Partial and resettable counters were never reset; everything was counted in tariff 1.
    e_import_partial: imported,
    e_export_partial: exported,
    e_import_resettable: imported,
    e_export_resettable: exported,
    e_resettable: imported + exported,
    e_import_t1: imported,
    e_export_t1: exported,
    eq_import: inductive,
    eq_total: inductive,
    eq_inductive: inductive,
    eq_import_partial: inductive,
    eq_import_t1: inductive,
    ...perTerminal(['eq_import_l1', 'eq_import_l2', 'eq_import_l3'], energy.inductiveKvarh),
    es_total: Math.hypot(imported, inductive),
    es_import: Math.hypot(imported, inductive),
    es_total_t1: Math.hypot(imported, inductive),
    ah: (imported * 1000) / 230,
    p_demand: demand.activeW,
    p_demand_import: demand.activeW,
    p_demand_max: demand.activeMaxW,
    p_demand_import_max: demand.activeMaxW,
    s_demand: demand.activeW / 0.97,
    s_demand_max: demand.activeMaxW / 0.97,
    i_demand: mean(demand.currentA),
    i_demand_max: Math.max(...demand.currentA),
    ...perTerminal(['i_demand_l1', 'i_demand_l2', 'i_demand_l3'], demand.currentA),
    ...perTerminal(['i_demand_max_l1', 'i_demand_max_l2', 'i_demand_max_l3'], demand.currentA),
    i_n_demand: neutralA,
    i_n_demand_max: neutralA,
    ...perTerminal(['thd_u_l1', 'thd_u_l2', 'thd_u_l3'], voltageDistortion),
    ...perTerminal(['thd_u_l1l2', 'thd_u_l2l3', 'thd_u_l3l1'], voltageDistortion),
    thd_u_ln_avg: mean(voltageDistortion),
    thd_u_ll_avg: mean(voltageDistortion),
    ...perTerminal(['thd_i_l1', 'thd_i_l2', 'thd_i_l3'], distortionI),
    thd_i_avg: mean(distortionI),
    u_unbalance: unbalance(voltage),
    i_unbalance: unbalance(current),
    ...rotationCodes(window.rotation),
    hours: 12_345,
    temperature: 31,
  }
}

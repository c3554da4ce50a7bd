/**
 * National rules for how much more one phase may carry than another, counted over chargers (and storage and generation) only, each limit
 * inclusive. kVA counts at the declared voltage.
 * - de: VDE-AR-N 4100, 5.5.2: 4.6 kVA.
 * - at: TOR, 3.68 kVA (16 A).
 * - ch: 16 A, single-phase devices.
 * - none: no rule for loads (e.g. the United Kingdom).
 */
export const imbalanceRuleIds = ['none', 'de', 'at', 'ch'] as const
export type ImbalanceRuleId = (typeof imbalanceRuleIds)[number]

type Rule = { readonly amperes: number } | { readonly voltAmperes: number }

const rules: Readonly<Record<ImbalanceRuleId, { readonly label: string; readonly rule: Rule | null }>> = {
  none: { label: 'no rule', rule: null },
  de: { label: 'VDE-AR-N 4100, 4.6 kVA', rule: { voltAmperes: 4600 } },
  at: { label: 'TOR, 3.68 kVA', rule: { voltAmperes: 3680 } },
  ch: { label: '16 A between phases', rule: { amperes: 16 } },
}

/** The limit in amperes at the declared voltage, and its name; null where there is none. */
export const imbalanceLimit = (
  declared: ImbalanceRuleId | Rule,
  nominalVoltageV: number,
): { readonly limitA: number; readonly label: string } | null => {
  const { label, rule } =
    typeof declared === 'string' ? rules[declared] : { label: 'declared imbalance limit', rule: declared }
  if (rule === null) return null
  return { label, limitA: 'amperes' in rule ? rule.amperes : rule.voltAmperes / nominalVoltageV }
}

/** How far the highest phase is above the lowest, and by how much that is too much; 0 within an inclusive limit. */
export const imbalanceExcess = (perPhaseVA: readonly number[], limitVA: number): { spread: number; excess: number } => {
  const spread = Math.max(...perPhaseVA) - Math.min(...perPhaseVA)
  return { spread, excess: Math.max(0, spread - limitVA) }
}

import type { LikelihoodTable } from './likelihood.ts'

/** What was so around it: chargers, control, wiring, neutral, settings and the record itself. How to read it: likelihood-table.ts. */
export const circumstanceLikelihoods: LikelihoodTable = {
  'chargers-after': {
    silent: { 'dc-or-charger-fault': -2, 'voltage-window': -1.6 },
    'one-fault': { 'dc-or-charger-fault': 2, 'voltage-window': -0.3, 'telemetry-only': -1.6 },
    faults: { 'voltage-window': 0.3, 'dc-or-charger-fault': -0.3, 'telemetry-only': -1.6 },
    answer: { 'dc-or-charger-fault': -1, 'voltage-window': 0.7, 'telemetry-only': 0.7 },
  },
  start: {
    'supply-return': {
      'magnetic-inrush': 3,
      'rcd-leakage': -0.7,
      'warm-board': -1.6,
      'thermal-overload': -0.7,
      'undersized-breaker': -1,
      'load-management-lag': 0,
    },
    // Chargers boot and begin again together, and none of them was read by then.
    'return-unseen': { 'magnetic-inrush': 1, 'warm-board': -0.3, 'undersized-breaker': -0.3 },
    several: {
      'magnetic-inrush': 2.3,
      'rcd-leakage': -0.3,
      'warm-board': -1.6,
      'undersized-breaker': -1,
      'load-management-lag': 0.7,
    },
    joined: {
      'rcd-leakage': 2,
      'magnetic-inrush': 0.7,
      'warm-board': -1.3,
      'undersized-breaker': -1,
      'load-management-lag': 0.7,
      'not-explained': -0.7,
    },
    first: {
      'rcd-leakage': 0.7,
      'magnetic-inrush': 1,
      'dc-or-charger-fault': 0.3,
      'warm-board': -1.6,
      'undersized-breaker': -1,
    },
    // A car waited at a charger that is read too seldom to have shown its start.
    unseen: { 'magnetic-inrush': -0.7, 'rcd-leakage': -0.3 },
    none: {
      'magnetic-inrush': -2.3,
      'rcd-leakage': -1,
      'load-management-lag': -0.3,
      'warm-board': 0.3,
      'undersized-breaker': 0.3,
    },
  },
  lag: {
    none: { 'load-management-lag': -3, 'car-ignores-limit': -0.7, 'wrong-phase-map': -1.6 },
    late: { 'load-management-lag': 3, 'thermal-overload': -0.7 },
    short: { 'load-management-lag': 1.3 },
    middle: { 'load-management-lag': 0.3, 'thermal-overload': 0.3 },
    long: { 'load-management-lag': -1.6, 'thermal-overload': 0.7, 'wrong-phase-map': 0.3 },
    'long-lowered': { 'load-management-lag': -0.3, 'thermal-overload': 0.3, 'wrong-phase-map': 0.3 },
  },
  obedience: {
    ignored: { 'car-ignores-limit': 4, 'load-management-lag': -1, 'thermal-overload': -0.7, 'wrong-phase-map': -0.7 },
    kept: { 'car-ignores-limit': -3.5 },
    unknown: { 'car-ignores-limit': -1.6 },
  },
  'phase-map': {
    contradicted: { 'wrong-phase-map': 4, 'thermal-overload': -0.7, 'load-management-lag': -1 },
    doubtful: { 'wrong-phase-map': 2.6, 'thermal-overload': -0.3 },
    confirmed: { 'wrong-phase-map': -3.5 },
    unknown: { 'wrong-phase-map': -1.6 },
  },
  neutral: {
    'above-phases': { 'neutral-overload': 4.5, 'thermal-overload': -0.3 },
    'above-phases-small': { 'neutral-overload': 1 },
    distorted: { 'neutral-overload': 0.3 },
    'below-phases': { 'neutral-overload': -3.5 },
    unknown: { 'neutral-overload': -2 },
  },
  window: {
    outside: { 'voltage-window': 3.5, 'dc-or-charger-fault': -1, 'rcd-leakage': -0.7, 'not-explained': -0.7 },
    briefly: { 'voltage-window': 0.7, 'supply-event': 0.3 },
    inside: { 'voltage-window': -4 },
    unknown: { 'voltage-window': -1.6 },
  },
  resume: {
    'by-itself': { 'voltage-window': 1, 'thermal-overload': -1, 'warm-board': -1, 'supply-event': 0 },
    other: { 'dc-or-charger-fault': 0 },
  },
  stiffness: {
    'one-high': { 'loose-terminal': 4 },
    'one-high-once': { 'loose-terminal': 3 },
    alike: { 'loose-terminal': -3 },
    unknown: { 'loose-terminal': -0.7 },
  },
  setting: {
    differs: { 'undersized-breaker': 3, 'warm-board': -0.7, 'thermal-overload': -0.3 },
    'allows-more': { 'undersized-breaker': 0.7 },
    higher: { 'undersized-breaker': -1 },
    again: { 'undersized-breaker': 1.3, 'warm-board': 0.7 },
    fits: { 'undersized-breaker': -0.7 },
    unknown: {},
  },
  board: {
    warm: { 'warm-board': 1, 'undersized-breaker': -0.3 },
    cool: { 'warm-board': -1 },
    unknown: {},
  },
  inrush: {
    seen: { 'magnetic-inrush': 4, 'not-explained': -2, 'rcd-leakage': -1.6 },
    // Sampled above, in the very tenth of a second: as good as here, but for what lies between without a meter.
    above: { 'magnetic-inrush': 4, 'not-explained': -2, 'rcd-leakage': -1.6 },
    shared: { 'magnetic-inrush': 1 },
    // Half a thousand samples a cycle miss no surge.
    'none-sampled': { 'magnetic-inrush': -3.5 },
    small: { 'magnetic-inrush': -1 },
    'no-jump': { 'magnetic-inrush': -0.7 },
    unknown: {},
  },
  leakage: {
    high: { 'rcd-leakage': 4, 'not-explained': -1 },
    low: { 'rcd-leakage': -2 },
    'has-rcd': { 'rcd-leakage': 1 },
    'no-rcd': { 'rcd-leakage': -2.3 },
    unknown: {},
  },
  data: {
    lost: { 'telemetry-only': 2.3, 'not-explained': -0.7 },
    // As likely of a breaker that opened and took its meter along.
    'lost-over': { 'telemetry-only': -0.7, 'not-explained': -0.7 },
    'back-same': { 'telemetry-only': 3, 'supply-event': -2.3, 'not-explained': -1 },
    'back-empty': { 'supply-event': 1.3, 'telemetry-only': -2.3 },
    seen: { 'telemetry-only': -1.6 },
    unknown: {},
  },
}

import type { DimmingFileFacts } from '../control/outer/dimming.ts'
import { clear, type Detector, type Verdict } from './detector.ts'
import { used } from './wording.ts'

const kW = (watts: number): string => `${(watts / 1000).toFixed(1)} kW`

const meanwhile = ({ goesBy, saidW, thenW, validityS }: DimmingFileFacts): string => {
  const then =
    thenW === null ? 'they are not dimmed, as the site file says' : `they are dimmed to ${kW(thenW)} by the rule`
  switch (goesBy) {
    case 'entry':
      return `What it said last holds until it is ${validityS} s old (${saidW === null ? 'not dimmed' : `dimmed to ${kW(saidW)}`}); then ${then}`
    case 'awaited':
      return `Until the program has run for half a minute the chargers are not dimmed by it; then ${then}`
    case 'dimmed':
      return `Nothing it said is valid any more: the chargers are dimmed to ${kW(thenW ?? 0)} by the rule`
    case 'released':
      return 'Nothing it said is valid any more: the chargers are not dimmed, as the site file says. That is not safe against the grid operator’s order'
  }
}

const judge = (file: DimmingFileFacts): Verdict => {
  const isStale = file.goesBy === 'dimmed' || file.goesBy === 'released'
  if (file.problem === null && !isStale) return clear
  const what = file.problem === null ? 'it has no entry that is valid now' : `it can’t be read: ${file.problem}`
  return {
    kind: 'active',
    facts: {
      phase: null,
      severity: 'warning',
      title: 'The grid operator’s file says nothing',
      message: `${file.path}: ${what}. ${meanwhile(file)}. Check who writes it, and that this program may read it`,
      numbers: [used('valid for', file.validityS, 's')],
      evidence: 'the file named in the site file under dimming, looked at every two seconds',
      blindMs: null,
      identity: file.goesBy,
    },
  }
}

/** The file by which the grid operator dims the chargers: unreadable, or out of date, and what control assumes meanwhile. */
export const dimmingFile: Detector<Record<string, never>> = {
  id: 'dimming-file',
  start: () => ({}),
  step: (state, { control }, { site }) => ({
    state,
    outcomes:
      control.dimmingFile === null
        ? []
        : [{ subject: { kind: 'site', id: site.id }, key: '', verdict: judge(control.dimmingFile) }],
  }),
}

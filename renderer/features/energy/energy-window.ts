import {
  monthWindow,
  windowNames,
  windowOf,
  type EnergyWindow,
  type WindowName,
} from '../../../shared/energy-report/window.ts'
import type { TimeFormat } from '../../format/time.ts'

/** What a person chose: a named time, one of the last months, or times of their own. */
export type WindowChoice = WindowName | 'custom' | `month ${number}`

const words: Readonly<Record<WindowName, string>> = {
  today: 'Today',
  yesterday: 'Yesterday',
  'this-week': 'This week',
  'last-week': 'Last week',
  'this-month': 'This month',
  'last-month': 'Last month',
}
/** As far as a report reaches; the last month has its name above. */
const mostMonths = 13

/** The choices with their words, in the order they are offered. */
export const windowChoices = (
  time: TimeFormat,
  nowMs: number,
): readonly { readonly value: WindowChoice; readonly label: string }[] => [
  ...windowNames.map((value) => ({ value, label: words[value] })),
  ...Array.from({ length: mostMonths - 1 }, (_, index) => {
    const back = index + 2
    return {
      value: `month ${back}` as const,
      // The middle of a month is in it, whatever the zone.
      label: `Month ${time.date(monthWindow(time.zone, nowMs, -back).fromMs + 86_400_000).slice(0, 7)}`,
    }
  }),
  { value: 'custom', label: 'From … to …' },
]

/** The window a choice means now; a time of one's own is kept as it is. */
export const chosenWindow = (
  choice: WindowChoice,
  time: TimeFormat,
  nowMs: number,
  own: EnergyWindow,
): EnergyWindow => {
  if (choice === 'custom') return own
  const name = windowNames.find((each) => each === choice)
  return name === undefined
    ? monthWindow(time.zone, nowMs, -Number(choice.slice('month '.length)))
    : windowOf(name, time.zone, nowMs)
}

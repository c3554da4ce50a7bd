import { useEffect } from 'react'
import { useSettings } from './settings.ts'

/** Keys that belong to the view on the screen; a view listens with `useViewKey`. */
export const viewKeys = [
  { key: 'p', where: 'Meter page, Waveforms, Power quality, Line doctor', what: 'Pause or resume the charts' },
  { key: 't', where: 'Meter page, History, Line doctor', what: 'Chart or table' },
  { key: 'k', where: 'A recording', what: 'Play or pause' },
  { key: ',', where: 'A recording', what: 'Go to the event before' },
  { key: '.', where: 'A recording', what: 'Go to the next event' },
  { key: 'y', where: 'Waveforms', what: 'Samples or one-cycle RMS' },
  { key: 'a', where: 'Load control', what: 'Arm or disarm' },
  { key: 'o', where: 'Load control', what: 'Set an override' },
  {
    key: '/',
    where: 'Overview (dense), Load control (large sites), Events and dips',
    what: 'Go to the text filter; Esc leaves it',
  },
] as const
export type ViewKey = (typeof viewKeys)[number]['key']

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
const isDialogOpen = (): boolean => document.querySelector('[role="dialog"]') !== null

/** Runs for a single key pressed outside of fields and dialogs, while single-key shortcuts are on (WCAG 2.1.4). */
export const onSingleKey = (handle: (key: string, event: KeyboardEvent) => void) => {
  const listener = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target) || isDialogOpen()) return
    if (useSettings.getState().singleKeys || event.key === 'Escape') handle(event.key, event)
  }
  window.addEventListener('keydown', listener)
  return () => window.removeEventListener('keydown', listener)
}

export const useViewKey = (key: ViewKey, run: () => void): void => {
  useEffect(
    () =>
      onSingleKey((pressed, event) => {
        if (pressed !== key) return
        event.preventDefault()
        run()
      }),
    [key, run],
  )
}

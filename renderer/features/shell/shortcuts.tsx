import { Modal } from '@mantine/core'
import { useEffect, useState } from 'react'
import { scrollKey } from './scroll-keys.ts'
import { unzoom } from '../../state/cursor.ts'
import { go, routeTo } from '../../state/route.ts'
import { useSettings } from '../../state/settings.ts'
import { routes } from '../routes.ts'

/** Keys that belong to the view on the screen; a view listens with `useViewKey`. */
export const viewKeys = [
  { key: 'p', where: 'Meter page, Line doctor', what: 'Pause or resume the charts' },
  { key: 't', where: 'Meter page, History, Line doctor', what: 'Chart or table' },
  { key: 'a', where: 'Load control', what: 'Arm or disarm' },
  { key: 'o', where: 'Load control', what: 'Set an override' },
  { key: '/', where: 'Overview (dense), Events and dips', what: 'Go to the text filter; Esc leaves it' },
] as const
export type ViewKey = (typeof viewKeys)[number]['key']

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
const isDialogOpen = (): boolean => document.querySelector('[role="dialog"]') !== null

/** Runs for a single key pressed outside of fields and dialogs, while single-key shortcuts are on (WCAG 2.1.4). */
const onSingleKey = (handle: (key: string, event: KeyboardEvent) => void) => {
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

export const useShortcuts = () => {
  const [opened, setOpened] = useState(false)
  useEffect(
    () =>
      onSingleKey((key) => {
        if (key === '?') return setOpened(true)
        if (key === 'Escape') return unzoom()
        const route = routes.find((entry) => entry.key === key)
        if (route !== undefined) go(routeTo(route.view))
      }),
    [],
  )
  useEffect(() => {
    window.addEventListener('keydown', scrollKey)
    return () => window.removeEventListener('keydown', scrollKey)
  }, [])
  return { opened, close: () => setOpened(false) }
}

export const ShortcutHelp = ({ opened, close }: { readonly opened: boolean; readonly close: () => void }) => (
  <Modal opened={opened} onClose={close} title="Keyboard shortcuts" size="md">
    <table className="table">
      <thead>
        <tr>
          <th>Key</th>
          <th>Where</th>
          <th>What it does</th>
        </tr>
      </thead>
      <tbody>
        {routes.map((route) => (
          <tr key={route.key}>
            <td>
              <kbd className="key">{route.key}</kbd>
            </td>
            <td>Everywhere</td>
            <td>Open {route.label}</td>
          </tr>
        ))}
        {viewKeys.map((entry) => (
          <tr key={entry.key}>
            <td>
              <kbd className="key">{entry.key}</kbd>
            </td>
            <td>{entry.where}</td>
            <td>{entry.what}</td>
          </tr>
        ))}
        <tr>
          <td>
            <kbd className="key">←</kbd> <kbd className="key">→</kbd>
          </td>
          <td>A chart in focus</td>
          <td>Move the time cursor (with Shift: ten samples)</td>
        </tr>
        <tr>
          <td>
            <kbd className="key">Page Up</kbd> <kbd className="key">Page Down</kbd> <kbd className="key">Home</kbd>{' '}
            <kbd className="key">End</kbd>
          </td>
          <td>Everywhere</td>
          <td>Scroll the view</td>
        </tr>
        <tr>
          <td>
            <kbd className="key">Esc</kbd>
          </td>
          <td>Everywhere</td>
          <td>End the zoom; close a dialog</td>
        </tr>
        <tr>
          <td>
            <kbd className="key">?</kbd>
          </td>
          <td>Everywhere</td>
          <td>This list</td>
        </tr>
      </tbody>
    </table>
    <p className="dim">Single-key shortcuts can be switched off in Settings.</p>
  </Modal>
)

import { Modal } from '@mantine/core'
import { useEffect, useState } from 'react'
import { scrollKey } from './scroll-keys.ts'
import { unzoom } from '../../state/cursor.ts'
import { go, routeTo } from '../../state/route.ts'
import { onSingleKey, viewKeys } from '../../state/view-keys.ts'
import { routes } from '../routes.ts'

export const useShortcuts = () => {
  const [opened, setOpened] = useState(false)
  useEffect(
    () =>
      onSingleKey((key) => {
        if (key === '?') return setOpened(true)
        if (key === 'Escape') return unzoom()
        const route = routes.find((entry) => entry.key === key)
        if (route === undefined) return
        go(routeTo(route.view))
        // The next Tab is in the view that was asked for, not at the top of the rail.
        document.getElementById('main')?.focus({ preventScroll: true, focusVisible: true } as FocusOptions)
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
          <td>Move the time cursor (with Shift: ten samples); Home and End: first and last</td>
        </tr>
        <tr>
          <td>
            <kbd className="key">+</kbd> <kbd className="key">−</kbd> <kbd className="key">Page Up</kbd>{' '}
            <kbd className="key">Page Down</kbd> <kbd className="key">m</kbd>
          </td>
          <td>A strip in focus</td>
          <td>Zoom, pan, set the second cursor; the wheel zooms, with Shift it pans</td>
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
            <kbd className="key">Shift</kbd>+<kbd className="key">T</kbd>
          </td>
          <td>Everywhere</td>
          <td>It just tripped: keep what led to it and look for the cause</td>
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

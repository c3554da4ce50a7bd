import { useSyncExternalStore } from 'react'
import { useSettings } from './settings.ts'

const darkQuery = window.matchMedia('(prefers-color-scheme: dark)')
const subscribe = (listener: () => void) => {
  darkQuery.addEventListener('change', listener)
  return () => darkQuery.removeEventListener('change', listener)
}

/** The theme in force: the setting, or what this computer asks for. */
export const useColourScheme = (): 'dark' | 'light' => {
  const chosen = useSettings((state) => state.theme)
  const systemDark = useSyncExternalStore(subscribe, () => darkQuery.matches)
  return chosen === 'system' ? (systemDark ? 'dark' : 'light') : chosen
}

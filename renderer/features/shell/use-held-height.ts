import { useEffect, useRef } from 'react'

/**
 * An element keeps the height it has while the mouse is in its parent: what appears in it lies over what follows, and what goes leaves
 * its room, so that nothing below moves under the mouse. When the mouse has left, it takes the height it needs.
 */
export const useHeldHeight = () => {
  const held = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const element = held.current
    const place = element?.parentElement
    if (element == null || place == null) return
    const hold = () => {
      element.style.height = `${element.offsetHeight}px`
    }
    const release = () => {
      element.style.height = ''
    }
    place.addEventListener('pointerenter', hold)
    place.addEventListener('pointerleave', release)
    return () => {
      place.removeEventListener('pointerenter', hold)
      place.removeEventListener('pointerleave', release)
    }
  }, [])
  return held
}

/** How far a key scrolls, from the height that is seen; null: another key. */
const distance = (key: string, seen: number, whole: number): number | null => {
  switch (key) {
    case 'PageDown':
      return seen * 0.9
    case 'PageUp':
      return -seen * 0.9
    case 'End':
      return whole
    case 'Home':
      return -whole
    default:
      return null
  }
}

const isField = (element: Element): boolean => /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName)

/** The nearest frame in the view, around the focus, that scrolls by itself; it takes the key then, as everywhere. The rail beside the view never does. */
const scrollsItself = (from: Element, view: Element): boolean => {
  if (!view.contains(from)) return false
  for (let at: Element | null = from; at !== null && at !== view; at = at.parentElement) {
    const { overflowY } = getComputedStyle(at)
    if ((overflowY === 'auto' || overflowY === 'scroll') && at.scrollHeight > at.clientHeight) return true
  }
  return false
}

/** Page keys scroll the view wherever the focus is: the page itself never scrolls, only the view in it, so the browser would not. */
export const scrollKey = (event: KeyboardEvent): void => {
  const view = document.getElementById('main')
  const target = event.target instanceof Element ? event.target : null
  if (view === null || target === null || event.defaultPrevented) return
  if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return
  if (isField(target) || document.querySelector('[role="dialog"]') !== null || scrollsItself(target, view)) return
  const by = distance(event.key, view.clientHeight, view.scrollHeight)
  if (by === null) return
  event.preventDefault()
  view.scrollBy({ top: by })
}

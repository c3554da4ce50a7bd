import { useEffect } from 'react'

const canTake = ['a[href]', 'button', 'input', 'select', 'textarea', 'summary', '[tabindex]'].join(',')

const takesFocus = (element: HTMLElement): boolean =>
  element.tabIndex >= 0 && !element.matches(':disabled') && element.checkVisibility({ visibilityProperty: true })

const inside = (from: Element): readonly HTMLElement[] => [...from.querySelectorAll<HTMLElement>(canTake)]
const firstIn = (from: Element): HTMLElement | undefined =>
  [...(from instanceof HTMLElement && from.matches(canTake) ? [from] : []), ...inside(from)].find(takesFocus)

/** The same control in the entry beside: "Remove" of the next row for "Remove" of the row that is gone. */
const counterpart = (gone: Element, lost: HTMLElement, beside: Element): HTMLElement | undefined => {
  const same = gone === lost ? beside : inside(beside)[inside(gone).indexOf(lost)]
  return same instanceof HTMLElement && same.tagName === lost.tagName && takesFocus(same) ? same : firstIn(beside)
}

const following = (element: Element | null): readonly Element[] => {
  const all: Element[] = []
  for (let at = element; at !== null; at = at.nextElementSibling) all.push(at)
  return all
}
const preceding = (element: Element | null): readonly Element[] => {
  const all: Element[] = []
  for (let at = element; at !== null; at = at.previousElementSibling) all.push(at)
  return all
}

/** Where something was taken out: below `parent`, behind `before`, or first of all where that is null. */
interface Place {
  readonly parent: Element
  readonly before: Element | null
}

/** Who is nearest to what was taken out of `place`: what came instead or is next, else the one before, else around them; at last the view. */
const neighbour = (gone: Element, lost: HTMLElement, { parent, before }: Place): HTMLElement | null => {
  const beside = [
    ...following(before === null ? parent.firstElementChild : before.nextElementSibling),
    ...preceding(before),
  ]
  const isAlike = (element: Element) => element.tagName === gone.tagName
  for (const element of [...beside.filter(isAlike), ...beside]) {
    const found = element === lost ? undefined : counterpart(gone, lost, element)
    if (found !== undefined) return found
  }
  for (let around: Element | null = parent; around !== null && around.id !== 'main'; around = around.parentElement) {
    const found =
      around.getAttribute('role') === 'dialog'
        ? undefined
        : following(around.nextElementSibling).flatMap((each) => firstIn(each) ?? [])[0]
    if (found !== undefined) return found
  }
  return document.getElementById('main')
}

const dialogOf = (element: Element | null): Element | null => element?.closest('[role="dialog"]') ?? null

/** What is behind the focus: where it is, and where it came from when a dialog took it. */
interface Kept {
  at: HTMLElement | null
  /** A person who uses the mouse looks elsewhere: only a focus that was seen is moved. */
  isSeen: boolean
  outside: HTMLElement | null
}

const focusOn = (element: HTMLElement | null, isSeen: boolean): void =>
  element?.focus({ preventScroll: !isSeen, ...(isSeen ? { focusVisible: true } : {}) } as FocusOptions)

/** The element at or before a node, as long as it is still where it was. */
const elementAt = (node: Node | null, parent: Element): Element | null => {
  let at = node
  while (at !== null && !(at instanceof Element)) at = at.previousSibling
  return at?.parentNode === parent ? at : null
}

const replaced = (element: HTMLElement | null, records: readonly MutationRecord[]): HTMLElement | null => {
  if (element === null || element.isConnected) return element
  for (const { removedNodes, target, previousSibling } of records)
    for (const gone of removedNodes)
      if (gone instanceof Element && gone.contains(element) && target instanceof Element)
        return neighbour(gone, element, { parent: target, before: elementAt(previousSibling, target) })
  return null
}

/** A button that can't be pressed any more; who sends a form gets its button back with the answer. */
const isSwitchedOff = (element: HTMLElement): boolean =>
  element instanceof HTMLButtonElement && element.disabled && element.type !== 'submit'

const keepFocus = (): (() => void) => {
  const kept: Kept = { at: null, isSeen: false, outside: null }
  const onFocus = ({ target }: FocusEvent) => {
    if (!(target instanceof HTMLElement) || target === document.body) return
    const dialog = dialogOf(target)
    if (dialog === null) kept.outside = null
    else if (dialogOf(kept.at) === null) kept.outside = kept.at
    kept.at = target
    kept.isSeen = target.matches(':focus-visible')
  }
  const restore = () => {
    const { activeElement } = document
    const isLost =
      activeElement === document.body || (activeElement instanceof HTMLElement && isSwitchedOff(activeElement))
    if (!isLost || kept.at === null) return
    if (kept.isSeen || kept.outside !== null) focusOn(kept.at, kept.isSeen)
  }
  const observer = new MutationObserver((records) => {
    const { at } = kept
    kept.outside = replaced(kept.outside, records)
    if (at === null || (at.isConnected && !isSwitchedOff(at))) return
    // Whoever takes the focus on purpose does it in this turn.
    setTimeout(restore, 0)
    if (at.isConnected) {
      if (at.parentElement !== null) kept.at = neighbour(at, at, { parent: at.parentElement, before: at })
      return
    }
    // A dialog that closes gives the focus back to whom it took it from.
    const wasInDialog = dialogOf(at) !== null
    const isDialogLeft = document.querySelector('[role="dialog"]') !== null
    kept.at = wasInDialog && !isDialogLeft && kept.outside !== null ? kept.outside : replaced(at, records)
  })
  document.addEventListener('focusin', onFocus)
  observer.observe(document.body, { childList: true, subtree: true, attributeFilter: ['disabled'] })
  return () => {
    document.removeEventListener('focusin', onFocus)
    observer.disconnect()
  }
}

/**
 * The keyboard's place is never lost: what had the focus and is taken off the screen leaves it to its neighbour, a dialog that closes
 * gives it back to the button that opened it, and a view that is left to the next one.
 */
export const useKeptFocus = (): void => useEffect(keepFocus, [])

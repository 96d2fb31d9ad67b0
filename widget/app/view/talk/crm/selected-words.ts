/** What is selected among the Messages beside an element; '' where nothing is. */
export function selectedWords(beside: Element): string {
  // Chromium tells what is selected inside of a shadow root there, the others in the document.
  const root = beside.getRootNode() as ShadowRoot & { getSelection?(): Selection | null };
  const selection = root.getSelection?.() ?? getSelection();
  const { anchorNode } = selection ?? {};
  const from = anchorNode instanceof Element ? anchorNode : anchorNode?.parentElement;
  return from === root.host || from?.closest('.feed') ? String(selection).trim() : '';
}

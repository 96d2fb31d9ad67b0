/** Forgets what the widget has kept in this browser for this page's origin: preferences, drafts, unsent texts. */
export async function clearLocal(): Promise<void> {
  try {
    for (const name of Object.keys(localStorage)) if (/^chatdock\b/.test(name)) localStorage.removeItem(name);
    for (const { name } of (await indexedDB.databases?.()) ?? [])
      if (name && /^chatdock\b/.test(name)) indexedDB.deleteDatabase(name);
  } catch {
    // A page without storage has kept nothing.
  }
}

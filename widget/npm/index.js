/** Brings the loader in by `import()` and boots it: works under a strict policy and Trusted Types. */
export async function load(config) {
  const host = String(config.host).replace(/\/$/, '');
  // A loader that finds no script tag of its own waits for `boot`.
  if (!window.Chatdock?.version)
    await import(/* webpackIgnore: true */ /* @vite-ignore */ `${host}/widget/v1/loader.js`);
  const dock = window.Chatdock;
  await dock.boot({ ...config, host });
  return dock;
}

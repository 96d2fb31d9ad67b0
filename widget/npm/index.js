/** Brings the loader in by `import()` and boots it: works under a strict policy and Trusted Types. */
export async function load(config) {
  const host = String(config.host).replace(/\/$/, '');
  // A loader that finds no script tag of its own waits for `boot`. One that was here before a `shutdown` does not run again:
  // browsers run a module once for each address.
  for (let n = 0; !window.Chatdock?.version; n++)
    await import(
      /* webpackIgnore: true */ /* @vite-ignore */ `${host}/widget/v1/loader.js${n ? `?${n}` : ''}`
    );
  const dock = window.Chatdock;
  await dock.boot({ ...config, host });
  return dock;
}
